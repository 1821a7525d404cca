import { sayFound } from "#shared/client/vault/say-found.ts";
import { VaultTrouble } from "#shared/client/vault/trouble.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../components/button.tsx";
import { Problem } from "../../components/problem.tsx";
import type { ItemsView } from "../../lib/vault/items/vault-items.ts";

/** How far the list can be relied on, where that is not all the way. */
export function VaultNews({ view, onAgain }: { view: ItemsView; onAgain: () => void }) {
  if (view.is === "whole" || view.is === "reading" || view.is === "closed") return null;
  const again = (
    <Button look="plain" onClick={onAgain}>
      Try again
    </Button>
  );
  if (view.is === "refused") {
    return (
      <div className="flex flex-col items-start gap-3 p-4">
        <Refused view={view} />
        {again}
      </div>
    );
  }
  if (view.is === "gone") return <p className="p-4">You do not have this vault any more, or never had it.</p>;
  if (view.items.length === 0) {
    return (
      <div className="flex flex-col items-start gap-3 p-4">
        <Problem error={view.error} />
        {again}
      </div>
    );
  }
  return (
    <div
      role="alert"
      className="mx-4 mb-2 flex flex-wrap items-center justify-between gap-2 rounded-lg border border-warn p-3"
    >
      <p>The service does not answer. This is the list as it was read last; changes wait until it does.</p>
      {again}
    </div>
  );
}

const OLDER =
  "The service shows an older state of your vault than this browser has seen, or another one. Nothing of it is shown and nothing was changed.";
const OTHER =
  "What the service shows is not what your devices signed: something is missing, added, exchanged or old. Nothing of it is shown and nothing was changed.";

function Refused({ view: { error, before = [] } }: { view: ItemsView }) {
  const isOlder = error instanceof CryptoError && error.code === "crypto.rollback";
  const nameOf = (itemId: Id<"item">): string => {
    const entry = before.find(({ id }) => id === itemId)?.entry;
    return entry ? `“${entry.name}”` : itemId;
  };
  const found = error instanceof VaultTrouble ? sayFound(error.found, nameOf) : [];
  return (
    <div role="alert" className="flex flex-col gap-2 rounded-lg border border-bad p-4">
      <p className="font-medium text-bad">This is not your vault as you left it</p>
      <p>{isOlder ? OLDER : OTHER}</p>
      {found.map((says) => (
        <p key={says} className="break-words">
          {says}
        </p>
      ))}
      <p>Tell your administrator, and type no secret into this page until it is explained.</p>
    </div>
  );
}
