import type { Listed } from "#shared/client/vault/items/contents.ts";
import { sayStuck } from "#shared/client/vault/say-stuck.ts";
import type { ItemsView } from "../../../lib/vault/items/vault-items.ts";

/** What a member sealed so that it opens for nobody: it could not be sealed anew. */
export function Spoiled({ view: { is, progress, items } }: { view: ItemsView }) {
  if (is !== "whole" || !progress || progress.stuck.length === 0) return null;
  const names = items.filter(({ id }) => progress.stuck.includes(id)).map(nameOf);
  return (
    <p role="status" className="mx-4 mb-2 rounded-lg border border-warn bg-panel p-3">
      {sayStuck(names)}
    </p>
  );
}

const nameOf = ({ entry }: Listed): string => (entry ? `“${entry.name}”` : "an item that shows no name");
