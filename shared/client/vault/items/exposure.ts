import { type ChainState, memberAt } from "#shared/crypto/vault/chain.ts";
import type { ReadStep } from "#shared/crypto/vault/chain-step.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { Entry } from "./item-model.ts";
import type { Opened } from "./seal-item.ts";

/** The last step since a generation began by which somebody lost what they could read; undefined if nobody did. */
export function lastLoss({ steps, generations, periods }: ChainState, keyGen: number): ReadStep | undefined {
  const from = generations[keyGen - 1]?.seq ?? 0;
  return steps.findLast(({ step: { seq, does } }) => {
    if (seq <= from || (does.kind !== "remove" && does.kind !== "set")) return false;
    const before = memberAt({ periods }, does.person, seq - 1);
    const isLess = does.kind === "remove" || !may(does.rights, "read");
    return before !== undefined && may(before.rights, "read") && isLess;
  });
}

/**
 * The same item with the note that its secret should be changed at its provider, since somebody who may read it no more could. It stands
 * in the sealed entry, so that lists show it and the platform does not know of it. A note or a file is nobody's credential.
 */
export function exposed(opened: Opened, atMs: number): Opened {
  const { data } = Entry.safeParse(opened.entry);
  if (!data || data.type === "note" || data.type === "file") return opened;
  return { ...opened, entry: { ...data, exposedAt: new Date(atMs).toISOString() } };
}
