import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError } from "#shared/client/api-client.ts";
import type { Asked, AskedByOther } from "#shared/client/vault/openings/openings.ts";
import type { ThresholdVault } from "#shared/client/vault/openings/threshold-vault.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { PageWaiting } from "../../../components/page-waiting.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { useMembers } from "../../../lib/people/use-members.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { LostHolders } from "./lost-holders.tsx";
import { useThreshold } from "./use-threshold.ts";

interface OpeningPanelProps {
  readonly vaultId: Id<"vault">;
  readonly items: VaultItems;
}

const LOOK_MS = 3_000;

/** A vault that nobody opens alone, closed: one asks, the others release their shares. */
export function OpeningPanel({ vaultId, items }: OpeningPanelProps) {
  const vault = useThreshold(vaultId);
  const people = useMembers().data ?? [];
  const head = useQuery({
    queryKey: ["threshold", vaultId, vault !== undefined],
    queryFn: async () => {
      const { quorum } = (await vault?.read()) ?? {};
      return quorum ?? null;
    },
    gcTime: 0,
  });
  const [asked, setAsked] = useState<Asked>();
  const quorum = head.data;
  if (!vault || !quorum) return <PageWaiting query={{ ...head, data: undefined }} />;
  const holders = quorum.holders.map(({ person }) => emailOf(people, person)).join(", ");
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="wrap-anywhere">
        This vault is closed. {quorum.set.threshold} of {quorum.set.count} open it together: {holders}. Nobody has its
        key alone, and neither has the platform.
      </p>
      <LostHolders quorum={quorum} says="Open the vault together, then change who opens it." />
      {asked ? (
        <Waiting {...{ vault, items, asked, people }} count={quorum.set.count} onEnd={() => setAsked(undefined)} />
      ) : (
        <AskForm vault={vault} onAsked={setAsked} />
      )}
      <Requests {...{ vault, vaultId, people }} />
    </div>
  );
}

const emailOf = (people: readonly Member[], person: Id<"user">): string =>
  people.find(({ userId }) => userId === person)?.email ?? "somebody who left";

function AskForm({ vault, onAsked }: { readonly vault: ThresholdVault; readonly onAsked: (asked: Asked) => void }) {
  const [reason, setReason] = useState("");
  const ask = useMutation({ mutationFn: () => vault.ask(reason.trim()), onSuccess: onAsked, gcTime: 0 });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Field
        label="Why you need it"
        required
        maxLength={500}
        autoComplete="off"
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <p className="text-[13px] text-quiet">Sealed to the other holders; the platform cannot read it.</p>
      {ask.error && <Problem error={ask.error} />}
      <div>
        <Button type="submit" disabled={ask.isPending || reason.trim() === ""}>
          Ask to open it
        </Button>
      </div>
    </form>
  );
}

interface WaitingProps extends Pick<OpeningPanelProps, "items"> {
  readonly vault: ThresholdVault;
  readonly asked: Asked;
  readonly people: readonly Member[];
  /** How many hold a share. */
  readonly count: number;
  readonly onEnd: () => void;
}

function Waiting({ vault, items, asked, people, count, onEnd }: WaitingProps) {
  const look = useQuery({
    queryKey: ["opening", asked.id],
    queryFn: async () => {
      const { ring, ...progress } = await vault.look(asked);
      return { ...progress, isOpen: ring !== undefined };
    },
    refetchInterval: LOOK_MS,
    retry: false,
    gcTime: 0,
  });
  const isOpen = look.data?.isOpen ?? false;
  useEffect(() => {
    if (!isOpen) return;
    void items.refresh();
    setTimeout(() => void items.refresh(), Date.parse(asked.expiresAt) - Date.now() + 1_000); // it closes then
  }, [isOpen, items, asked.expiresAt]);
  if (look.error) {
    return (
      <div className="flex flex-col gap-2">
        {hasEnded(look.error) ? (
          <p role="alert">This opening has ended. Each lasts fifteen minutes, and has words of its own.</p>
        ) : (
          <Problem error={look.error} />
        )}
        <div>
          <Button onClick={onEnd}>Ask anew</Button>
        </div>
      </div>
    );
  }
  const { released = 1, needed = 2, denied = [], forged = [] } = look.data ?? {};
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-accent bg-panel p-3">
      <p className="font-medium tabular-nums" role="status">
        {released} of {needed} shares
      </p>
      <Words words={asked.words} says="Read these six words to each of them, by phone or in person:" />
      {denied.length > 0 && (
        <p className="wrap-anywhere">Denied by {denied.map((id) => emailOf(people, id)).join(", ")}.</p>
      )}
      {count - denied.length < needed && <p role="alert">Too few are left to open it.</p>}
      {forged.length > 0 && (
        <p role="alert" className="wrap-anywhere text-bad">
          What came from {forged.map((id) => emailOf(people, id)).join(", ")} is not the share that was given out. It
          does not count.
        </p>
      )}
      <p className="text-[13px] text-quiet">
        Ends <RelativeTime at={asked.expiresAt} />. Stay on this page: the key that the shares go to is here alone.
      </p>
    </div>
  );
}

const hasEnded = (error: unknown): boolean => error instanceof ApiError && error.code === "opening.not_found";

function Words({ words, says }: { readonly words: readonly string[]; readonly says: string }) {
  return (
    <div>
      <p className="wrap-anywhere">{says}</p>
      <p className="font-mono font-medium break-words">{words.join(" ")}</p>
    </div>
  );
}

interface RequestsProps {
  readonly vault: ThresholdVault;
  readonly vaultId: Id<"vault">;
  readonly people: readonly Member[];
}

/** What others ask for. */
function Requests({ vault, vaultId, people }: RequestsProps) {
  const others = useQuery({
    queryKey: ["openings", vaultId],
    queryFn: () => vault.others(),
    refetchInterval: LOOK_MS,
    gcTime: 0,
  });
  return (
    <ul aria-label="Others ask" className="flex flex-col gap-3">
      {(others.data ?? []).map((asked) => (
        <Request key={asked.id} {...{ vault, asked, people }} onDone={() => void others.refetch()} />
      ))}
    </ul>
  );
}

interface RequestProps extends Omit<RequestsProps, "vaultId"> {
  readonly asked: AskedByOther;
  readonly onDone: () => void;
}

function Request({ vault, asked, people, onDone }: RequestProps) {
  const answer = useMutation({
    mutationFn: (word: "released" | "denied") => vault.answer(asked, word),
    onSettled: onDone,
  });
  const who = emailOf(people, asked.opener);
  return (
    <li className="flex flex-col gap-3 rounded-lg border border-line bg-panel p-3">
      <p className="wrap-anywhere">
        <strong className="font-medium">{who}</strong> asks to open this vault: “{asked.reason}”
      </p>
      {asked.answered ? (
        <p role="status">{asked.answered === "released" ? "You released your share." : "You denied it."}</p>
      ) : (
        <>
          <Words words={asked.words} says={`Have ${who} read six words to you. Release only if they are these:`} />
          <p className="text-[13px] text-quiet">
            Ends <RelativeTime at={asked.expiresAt} />.
          </p>
          {answer.error && <Problem error={answer.error} />}
          <div className="flex flex-wrap gap-2">
            <Button disabled={answer.isPending} onClick={() => answer.mutate("released")}>
              The words are the same: release my share
            </Button>
            <Button look="plain" disabled={answer.isPending} onClick={() => answer.mutate("denied")}>
              Deny
            </Button>
          </div>
        </>
      )}
    </li>
  );
}
