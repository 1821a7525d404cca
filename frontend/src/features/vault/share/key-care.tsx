import { useCallback, useEffect, useState } from "react";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { keyAgeOf } from "#shared/client/vault/keys/key-age.ts";
import { sayStuck } from "#shared/client/vault/say-stuck.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { Problem } from "../../../components/problem.tsx";
import { keepTrying } from "../../../lib/keep-trying.ts";
import type { ItemsView, VaultItems } from "../../../lib/vault/items/vault-items.ts";

/** The vault's key, where it is time for another, and how far the items are sealed under the newest. */
export function KeyCare({
  items,
  view: { is, head, progress, items: listed },
}: {
  items: VaultItems;
  view: ItemsView;
}) {
  if (!head || is !== "whole") return null;
  const { due, days } = keyAgeOf(head.chain, new Date());
  if (due && may(head.rights, "admin")) return <Changing items={items} words={WHY[due](days)} />;
  if (!progress || !may(head.rights, "write")) return null;
  const { done, of, stuck } = progress;
  if (done + stuck.length < of) return <Resealing {...{ items, done, of }} />;
  if (stuck.length === 0) return null;
  return <Spoiled names={listed.filter(({ id }) => stuck.includes(id)).map(nameOf)} />;
}

const nameOf = ({ entry }: Listed): string => (entry ? `“${entry.name}”` : "an item that shows no name");

/** What a member sealed so that it opens for nobody: it cannot be sealed anew. */
function Spoiled({ names }: { names: readonly string[] }) {
  return (
    <p role="status" className="mx-4 mb-2 rounded-lg border border-warn bg-panel p-3">
      {sayStuck(names)}
    </p>
  );
}

const WHY = {
  age: (days: number) => `This vault's key is ${days} days old, and is changed every 90. It is being changed now.`,
  left: () => "Somebody who could read this vault has left it. Its key is being changed now.",
  renewed: () => "A member has changed all their keys. This vault's key is being changed now, too.",
} as const;

interface Trouble {
  readonly error: unknown;
  readonly isTriedAgain: boolean;
}

/** Why the work is not done yet; undefined while nothing stands in its way. */
function useKeptTrying(work: () => Promise<void>): Trouble | undefined {
  const [trouble, setTrouble] = useState<Trouble>();
  useEffect(() => keepTrying(work, (error, isTriedAgain) => setTrouble({ error, isTriedAgain })), [work]);
  return trouble;
}

/** By itself, wherever somebody who looks after the vault has it open; of two who do, one is first. */
function Changing({ items, words }: { items: VaultItems; words: string }) {
  const rotate = useCallback(() => items.step((book) => book.rotate()), [items]);
  const trouble = useKeptTrying(rotate);
  return (
    <div className="mx-4 mb-2 flex flex-col gap-1 rounded-lg border border-line bg-panel p-3">
      <p role="status">
        {words}
        {trouble?.isTriedAgain && " The service does not answer; it is tried again."}
      </p>
      {trouble && !trouble.isTriedAgain && <Problem error={trouble.error} />}
    </div>
  );
}

/** Goes on by itself wherever somebody who may write has the vault open. */
function Resealing({ items, done, of }: { items: VaultItems; done: number; of: number }) {
  const trouble = useKeptTrying(items.reseal);
  return (
    <div className="mx-4 mb-2 flex flex-col gap-1 rounded-lg border border-line bg-panel p-3">
      <p role="status" className="tabular-nums">
        {trouble
          ? `The key has changed. ${done} of ${of} items are sealed under it${trouble.isTriedAgain ? "; the rest follows when the service answers" : ""}.`
          : `The key has changed. Sealing the items anew: ${done} of ${of}. You can go on working.`}
      </p>
      {trouble && !trouble.isTriedAgain && <Problem error={trouble.error} />}
      <progress aria-label="Sealed anew" className="h-1.5 w-full accent-accent" max={of} value={done} />
    </div>
  );
}
