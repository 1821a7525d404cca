import { useState } from "react";
import { ApiError } from "#shared/client/api-client.ts";
import type { SharedItem } from "#shared/client/shares/open-share.ts";
import { formOf } from "#shared/client/vault/items/item-kinds.ts";
import type { Share } from "#shared/contracts/shares.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useAnswerShare, useOpenShare, useSharedName } from "../../../lib/shares/use-shares.ts";
import { ItemFields } from "../item/item-fields.tsx";
import { sayTerms } from "./share-words.ts";

interface ReceivedItemProps {
  readonly share: Share;
  readonly from: string;
}

/** An item that somebody shares with one, and that one uses. */
export function ReceivedItem({ share, from }: ReceivedItemProps) {
  const [isOpen, setOpen] = useState(false);
  const isOver = share.state === "expired" || (share.opensMax !== null && share.opens >= share.opensMax);
  const open = useOpenShare();
  const decline = useAnswerShare();
  const name = useSharedName(share);
  const called = name.data ?? "shared item";
  const close = () => {
    setOpen(false);
    open.reset();
  };
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 rounded-lg border border-line bg-panel p-3">
      <div className="min-w-0">
        <Name share={share} name={name} />
        <p className="text-[13px] break-words text-quiet">
          from {from} · you {sayTerms(share)}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {!isOver && (
          <Button
            look="plain"
            aria-label={`Open ${called}`}
            disabled={open.isPending || !name.data}
            onClick={() => {
              setOpen(true);
              open.mutate(share.id);
            }}
          >
            Open
          </Button>
        )}
        <Button
          look="plain"
          aria-label={`Remove ${called}`}
          disabled={decline.isPending}
          onClick={() => decline.mutate({ id: share.id, answer: "decline" })}
        >
          Remove
        </Button>
      </div>
      <Dialog open={isOpen} title={open.data?.entry.name ?? "Shared item"} onClose={close}>
        {open.isPending && <p role="status">Opening…</p>}
        {open.error && <Refused error={open.error} from={from} />}
        {open.data && <Fields item={open.data} />}
      </Dialog>
    </li>
  );
}

function Name({ share, name }: { share: Share; name: ReturnType<typeof useSharedName> }) {
  if (share.state === "expired") return <p>An item whose date is reached</p>;
  if (name.error) return <Refused error={name.error} from="who shared it" />;
  return <p className="font-medium break-words">{name.data ?? "…"}</p>;
}

function Fields({ item: { entry, content } }: { item: SharedItem }) {
  if (!content) return <p>{entry.detail || "You are given the name alone."}</p>;
  return <ItemFields form={formOf(entry, content)} isNew={false} isFixed onChange={() => undefined} />;
}

function Refused({ error, from }: { error: unknown; from: string }) {
  if (error instanceof CryptoError)
    return (
      <p role="alert" className="text-bad">
        What the service shows was not signed by {from} for you, or they might not share it. Nothing of it is shown.
      </p>
    );
  if (error instanceof ApiError && error.code === "share.outdated")
    return (
      <p className="text-quiet">
        It or your keys were changed since. It comes again when {from} next opens their vault.
      </p>
    );
  if (error instanceof ApiError && error.code === "item.not_found")
    return <p className="text-quiet">It was removed from its vault.</p>;
  return <Problem error={error} />;
}
