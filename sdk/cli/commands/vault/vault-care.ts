import type { Command } from "commander";
import { nameOf } from "#shared/client/vault/items/find-items.ts";
import { formOf, secretOf } from "#shared/client/vault/items/item-kinds.ts";
import { keyAgeOf } from "#shared/client/vault/keys/key-age.ts";
import { sayStuck } from "#shared/client/vault/say-stuck.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { type Options, openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound } from "../../failure.ts";
import { show } from "../../output.ts";
import { isTerminal, note } from "../../terminal.ts";
import { openNamed } from "./share.ts";
import { pick } from "./vault.ts";

/** What is to be done for a vault beside what was asked for: said beside the answer, never in it. */
export function noteCare(book: VaultBook, { json }: Options): void {
  if (json) return;
  const { chain, rights } = book.head();
  const { due, days } = keyAgeOf(chain, new Date());
  if (due && may(rights, "admin")) note(`${WHY[due](days)} Change it: ocmt vault rotate`);
  const { done, of } = book.progress();
  if (done < of) note(`${done} of ${of} items are sealed under the newest key. Go on: ocmt vault rotate`);
}

const WHY = {
  age: (days: number) => `This vault's key is ${days} days old, and is changed every 90.`,
  left: () => "Somebody who could read this vault has left it, and its key is still the one they had.",
  renewed: () => "A member has changed all their keys since this vault's key began.",
} as const;

export async function resealIn(book: VaultBook, { json }: Options): Promise<void> {
  await book.reseal(({ done, of }) => {
    if (!json && isTerminal()) note(`Sealed anew: ${done} of ${of}`);
  });
  const { stuck } = book.progress();
  if (!json && stuck.length > 0) note(sayStuck(stuck));
}

export function addCare(vault: Command): void {
  vault
    .command("rotate")
    .option("--in <vault>", "a vault that a group shares, by its name or id; otherwise your own")
    .description(
      "another key, if it is time for one, and every item sealed anew under it; goes on where it was broken off",
    )
    .action(async (given: { in?: string }, command: Command) => {
      const options = optionsOf(command);
      const { vaults, shares } = await openUnlocked(await openSignedIn(options));
      const book = await openNamed({ vaults }, given.in);
      const before = book.head().ring.current.keyGen;
      await book.rotate();
      await resealIn(book, options);
      const renewed = await shares.renew(book);
      const { chain, ring } = book.head();
      const { dueAt } = keyAgeOf(chain, new Date());
      const isNew = ring.current.keyGen > before;
      const all = book.progress().stuck.length > 0 ? "everything that opens" : "everything";
      const said = isNew ? `The key is another one, and ${all} is sealed under it.` : "The key is young enough.";
      const facts = { isNew, keyGen: ring.current.keyGen, dueAt: dueAt.toISOString(), ...book.progress(), renewed };
      show(facts, [`${said} The next one is due ${dueAt.toISOString().slice(0, 10)}.`], options);
    });
  vault
    .command("changed <item>")
    .option("--in <vault>", "a vault that a group shares, by its name or id; otherwise your own")
    .description("its secret was changed at its provider: forget that somebody who lost access could read it")
    .action(async (wanted: string, given: { in?: string }, command: Command) => {
      const options = optionsOf(command);
      const { vaults, shares } = await openUnlocked(await openSignedIn(options));
      const book = await openNamed({ vaults }, given.in);
      const item = await book.read((await pick(book, wanted)).id);
      if (!item.entry) throw new NotFound("This item was written by a newer version.");
      if (item.entry.exposedAt !== undefined) await book.save(item, secretOf(formOf(item.entry, item.content)));
      await shares.renew(book);
      show({ id: item.id, exposedAt: null }, [`${nameOf(item)} is as good as new.`], options);
    });
}
