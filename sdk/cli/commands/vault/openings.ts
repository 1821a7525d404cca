import { setTimeout as wait } from "node:timers/promises";
import type { Command } from "commander";
import { findItems, nameOf } from "#shared/client/vault/items/find-items.ts";
import { secretOf } from "#shared/client/vault/items/item-kinds.ts";
import type { Asked, OpeningProgress } from "#shared/client/vault/openings/openings.ts";
import type { ThresholdVault } from "#shared/client/vault/openings/threshold-vault.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { Ocmt } from "../../../ocmt.ts";
import { type Options, openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { note, readAllInput } from "../../terminal.ts";
import { listPeople } from "../account/people.ts";

const LOOK_MS = 2_000;

/** Which vault a name means. */
export type IdOfVault = (ocmt: Ocmt, name: string) => Promise<Id<"vault">>;

export async function enterThreshold(command: Command, name: string, idOf: IdOfVault) {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const unlocked = await openUnlocked(ocmt);
  const vaultId = await idOf(ocmt, name);
  return { options, ocmt, unlocked, vaultId, shared: unlocked.vaults.threshold(vaultId) };
}

/** Vaults that nobody opens alone. */
export function addOpenings(vault: Command, idOf: IdOfVault): void {
  vault
    .command("open <vault>")
    .description("ask the others to open it with you, wait for their shares, and use it once")
    .requiredOption("--reason <text>", "why; only they can read it")
    .option("--get <item>", "print an item")
    .option("--note <name>", "keep what is piped in as a note of this name")
    .action(async (name: string, asked: OpenOptions, command: Command) => {
      const { options, unlocked, vaultId, shared } = await enterThreshold(command, name, idOf);
      await openTogether(shared, asked.reason);
      await use(await unlocked.vaults.open(vaultId), asked, options);
    });
  vault
    .command("openings <vault>")
    .description("who asks you to open it with them, why, and the six words to compare")
    .action(async (name: string, _: object, command: Command) => {
      const { options, ocmt, shared } = await enterThreshold(command, name, idOf);
      const names = new Map((await listPeople(ocmt)).map(({ userId, email }) => [userId, email]));
      const items = (await shared.others()).map(({ id, opener, reason, words, expiresAt, answered }) => {
        return { id, from: names.get(opener) ?? opener, reason, words: words.join(" "), expiresAt, answered };
      });
      const rows = items.map(({ from, words, answered, reason }) => [from, words, answered ?? "open", reason]);
      show(items, tableOf(["FROM", "WORDS", "ANSWER", "REASON"], rows), options);
    });
  vault
    .command("release <vault> [words...]")
    .description("release your share to an opening, by the six words as the one who asks has read them to you; or deny")
    .option("--deny <opening>", "deny the opening of this id")
    .action(async (name: string, words: readonly string[], { deny }: { deny?: string }, command: Command) => {
      const { options, shared } = await enterThreshold(command, name, idOf);
      const answer = deny === undefined ? "released" : "denied";
      const said = words.join(" ").trim().toLowerCase();
      const found = (await shared.others()).find((one) => (deny ? one.id === deny : one.words.join(" ") === said));
      if (!found) throw new NotFound("Nobody asks for an opening with these words. Release nothing, and ask again.");
      await shared.answer(found, answer);
      show({ id: found.id, answer }, [answer === "released" ? "Released." : "Denied."], options);
    });
}

interface OpenOptions {
  readonly reason: string;
  readonly get?: string;
  readonly note?: string;
}

/** Asks the others, says the words to read to them, and waits for their shares. */
export async function openTogether(shared: ThresholdVault, reason: string): Promise<void> {
  const asked = await shared.ask(reason);
  note(`Read these words to those who release their shares: ${asked.words.join(" ")}`);
  await untilOpen(shared, asked);
}

async function untilOpen(shared: ThresholdVault, asked: Asked): Promise<void> {
  let before: OpeningProgress | undefined;
  for (;;) {
    const now = await shared.look(asked);
    if (now.released !== before?.released) note(`${now.released} of ${now.needed} shares`);
    if (now.forged.length > (before?.forged.length ?? 0))
      note(`Not the share that was given out: ${now.forged.join(", ")}`);
    if (now.denied.length > (before?.denied.length ?? 0)) note(`Denied by ${now.denied.length}`);
    if (now.ring) return;
    before = now;
    await wait(LOOK_MS);
  }
}

async function use(book: VaultBook, { get, note: name }: OpenOptions, options: Options): Promise<void> {
  if (name !== undefined) {
    const secret = secretOf({ type: "note", name, values: { text: await readAllInput() } });
    const kept = await book.save({ id: newId("item", new Date()), version: 0 }, secret);
    return show({ id: kept.id, name }, [`Kept ${name}.`], options);
  }
  const items = findItems(await book.list(), "", "all");
  if (get === undefined)
    return show(
      items.map(({ id, entry }) => ({ id, name: entry?.name })),
      items.map(nameOf),
      options,
    );
  const found = items.find((item) => item.id === get || nameOf(item) === get);
  if (!found) throw new NotFound(`There is no item "${get}".`);
  const { content } = await book.read(found.id);
  show({ id: found.id, content }, [JSON.stringify(content)], options);
}
