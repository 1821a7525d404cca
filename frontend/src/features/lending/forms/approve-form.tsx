import { useState } from "react";
import { aliasOf } from "#shared/client/agent-items/grants.ts";
import type { Lending } from "#shared/client/lending/read.ts";
import { GIVEN_WORDS, PERIOD_WORDS } from "#shared/client/lending/words.ts";
import { nameOf } from "#shared/client/vault/items/find-items.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { PERIOD_NAMES, PERIODS, type Period } from "#shared/contracts/grants.ts";
import type { Tier } from "#shared/crypto/grants/terms.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Choose, Tick, Ticks } from "../../../components/fields/choices.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { useLendingChange } from "../../../lib/lending/use-lendings.ts";
import { useVaultItems } from "../../../lib/vault/items/use-vault-items.ts";
import { HandingOver } from "./handing-over.tsx";
import { Refusal } from "./refusal.tsx";
import { TierChoice } from "./tier-choice.tsx";

interface ApproveFormProps {
  readonly agents: readonly Agent[];
  readonly lending: Lending;
  readonly onDone: () => void;
}

const DAY_MS = 86_400_000;

/** Which item, by which agent, and how much of what was asked for: the same or less. */
export function ApproveForm({ agents, lending, onDone }: ApproveFormProps) {
  const { letter } = lending;
  const { items, view } = useVaultItems();
  const change = useLendingChange();
  const listed = view.items.filter(({ entry }) => entry !== null);
  const [agentId, setAgent] = useState(agents[0]?.id);
  const [chosen, setChosen] = useState<Id<"item">>();
  const [sites, setSites] = useState<readonly string[]>(letter.sites);
  const [methods, setMethods] = useState<readonly (typeof letter.methods)[number][]>(letter.methods);
  const [period, setPeriod] = useState<Period>(letter.period);
  const [uses, setUses] = useState(String(letter.maxUses));
  const [asks, setAsks] = useState(true);
  const [tier, setTier] = useState<Tier>("live"); // also where the secret itself is asked for: handing it over is another choice
  const [isKnown, setKnown] = useState(false);
  const isHandedOver = tier === "sealed";
  const item = listed.find(({ id }) => id === chosen) ?? listed[0];
  if (!items || !agentId) return <p>You need an agent of your own, which acts for theirs.</p>;
  if (view.is === "reading") return <p>Reading your vault…</p>; // what has come so far is not all there is to choose from
  if (!item) return <p>Your vault holds nothing to lend.</p>;
  const lend = async () => {
    const { vaultId } = await items.book();
    const days = PERIODS[period];
    const terms = {
      sites,
      methods,
      maxUses: Number(uses),
      ...{ asks, tier },
      ...(days ? { notAfterMs: Date.now() + days * DAY_MS } : {}),
    };
    const approval = { agentId, vaultId, itemId: item.id, as: aliasOf(nameOf(item)), ...terms };
    change.mutate((to) => to.approve(lending, approval), { onSuccess: onDone });
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void lend();
      }}
    >
      <p className="break-words">
        They ask for <strong>{letter.what}</strong>: {letter.reason}
      </p>
      {letter.tier === "sealed" && (
        <TierChoice
          {...{ legend: "They ask for the secret itself", words: GIVEN_WORDS, chosen: tier, onChoose: setTier }}
        />
      )}
      <Choose
        {...{ label: "Item of your vault", value: item.id, onChoose: setChosen }}
        options={listed.map((one) => ({ value: one.id, text: nameOf(one) }))}
      />
      {agents.length > 1 && !isHandedOver && (
        <Choose
          {...{ label: "Your agent, which acts", value: agentId, onChoose: setAgent }}
          options={agents.map(({ id, name }) => ({ value: id, text: name }))}
        />
      )}
      <Ticks {...{ legend: "Sites", all: letter.sites, ticked: sites, onTick: setSites }} />
      <Ticks {...{ legend: "Kinds of request", all: letter.methods, ticked: methods, onTick: setMethods }} />
      <div className="grid grid-cols-2 gap-3">
        <Choose
          {...{ label: "For how long", value: period, onChoose: setPeriod }}
          options={upTo(letter.period).map((name) => ({ value: name, text: PERIOD_WORDS[name] }))}
        />
        <Field
          label="Times at most"
          type="number"
          min={1}
          max={letter.maxUses}
          required
          value={uses}
          onChange={({ target }) => setUses(target.value)}
        />
      </div>
      {isHandedOver ? (
        <HandingOver {...{ isKnown, onKnown: setKnown }} />
      ) : (
        <Tick isOn={asks} onTurn={setAsks}>
          Ask me each time
        </Tick>
      )}
      <Refusal error={change.error} />
      <Button
        type="submit"
        look={isHandedOver ? "danger" : "main"}
        disabled={change.isPending || sites.length === 0 || methods.length === 0 || (isHandedOver && !isKnown)}
      >
        {isHandedOver ? "Hand over the secret" : "Lend"}
      </Button>
    </form>
  );
}

const upTo = (period: Period): readonly Period[] => PERIOD_NAMES.slice(0, PERIOD_NAMES.indexOf(period) + 1);
