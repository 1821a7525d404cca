import type { Command } from "commander";
import { nameOf } from "#shared/client/vault/items/find-items.ts";
import { formOf, KINDS } from "#shared/client/vault/items/item-kinds.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { Share } from "#shared/contracts/shares.ts";
import type { Id } from "#shared/ids.ts";
import type { Ocmt } from "../../../ocmt.ts";
import type { Unlocked } from "../../../unlocked.ts";
import { type Options, openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { confirm, isTerminal, note } from "../../terminal.ts";
import { listPeople, pickPerson } from "../account/people.ts";
import { openNamed } from "./share.ts";
import { pick, showField } from "./vault.ts";

const IN = ["--in <vault>", "a vault that a group shares, by its name or id; otherwise your own"] as const;

/** One item for one person; vaults are shared by `ocmt vault share`. */
export function addItemShares(program: Command): void {
  const share = program.command("share").description("one item of a vault, given to one person alone");
  addGiving(share);
  addReceiving(share);
}

interface ItemOptions {
  readonly as: string;
  readonly in?: string;
  readonly until?: string;
  readonly opens?: string;
}

function addGiving(share: Command): void {
  share
    .command("item <item> <email>")
    .option(...IN)
    .requiredOption("--as <level>", "list: sees the name; read: opens what is in it")
    .option("--until <when>", "a date (2026-12-31) or a number of days (7d); otherwise until you take it back")
    .option("--opens <number>", "how often it may be opened; otherwise as often as they like")
    .description("offer an item to somebody of your organisation")
    .action(async (wanted: string, email: string, given: ItemOptions, command: Command) => {
      const { options, ocmt, vaults, shares } = await open(command);
      const terms = { level: readLevel(given.as), expiresAt: readUntil(given.until), opensMax: readOpens(given.opens) };
      const { userId: to } = await pickPerson(ocmt, email);
      const book = await openNamed({ vaults }, given.in);
      const item = await pick(book, wanted);
      const contact = await vaults.contact(to);
      if (!contact.isVerified)
        note(`${email} is unverified: compare the safety number with them (ocmt people verify).`);
      const made = await shares.give(book, item.id, { to, ...terms });
      show(
        { ...made, isVerified: contact.isVerified },
        [`${nameOf(item)} is offered to ${email}: ${made.id}`],
        options,
      );
    });
  share
    .command("revoke <share>")
    .option(...IN)
    .option("--yes", "without asking")
    .description("take an item back: its keys change, and who opened it opens it no more")
    .action(async (wanted: Id<"share">, given: { in?: string; yes?: true }, command: Command) => {
      const { options, vaults, shares } = await open(command);
      const book = await openNamed({ vaults }, given.in);
      const found = (await shares.given(book.vaultId)).find(({ id }) => id === wanted);
      if (!found) throw new NotFound(`There is no share "${wanted}" of this vault. See: ocmt share ls --given`);
      if (!given.yes && !isTerminal()) throw new UsageError("Nobody is there to ask: say --yes.");
      if (!given.yes && !(await confirm("Take it back?"))) return;
      const done = await shares.revoke(book, found);
      const lines = [
        done.isSealedAnew
          ? "Taken back; the item has other keys."
          : "Taken back. You may not write here: its keys stay.",
        ...(done.isExposed ? ["They have opened it: change the secret at its provider."] : []),
      ];
      show({ ...done.share, isSealedAnew: done.isSealedAnew, isExposed: done.isExposed }, lines, options);
    });
}

function addReceiving(share: Command): void {
  share
    .command("ls")
    .option(...IN)
    .option("--given", "those that you and others have given of a vault, instead of those you are given")
    .description("the items that are shared with you, and those you are offered")
    .action(async (given: { in?: string; given?: true }, command: Command) => {
      const { options, ocmt, vaults, shares } = await open(command);
      if (given.given) return listGiven({ options, ocmt, shares, book: await openNamed({ vaults }, given.in) });
      const emails = await emailsOf(ocmt);
      const items = await Promise.all(
        (await shares.received()).map(async (one) => ({ ...one, name: await nameIn(shares, one) })),
      );
      const rows = items.map((one) => [one.name ?? "", ...cellsOf(one), emails.get(one.from) ?? one.from, one.id]);
      show(items, tableOf(["NAME", "MAY", "STATE", "OPENS", "UNTIL", "FROM", "ID"], rows), options);
    });
  for (const [answer, says, done] of [
    ["accept", "use an item that you are offered", "You use it now: ocmt share open"],
    ["decline", "do not use it, or use it no more", "Declined; nothing of it is left here."],
  ] as const) {
    share
      .command(`${answer} <share>`)
      .description(says)
      .action(async (shareId: Id<"share">, _: object, command: Command) => {
        const { options, shares } = await open(command);
        await shares.answer(demandId(shareId), answer);
        show({ id: shareId, answer }, [done], options);
      });
  }
  share
    .command("open <share> [field]")
    .option("--show", "show the secret fields too")
    .description("an item that is shared with you; each time counts, where the number is limited")
    .action(async (shareId: Id<"share">, field: string | undefined, given: { show?: true }, command: Command) => {
      const { options, shares } = await open(command);
      const { share: told, entry, content } = await shares.open(demandId(shareId));
      const about = { ...told, name: entry.name, type: entry.type };
      if (!content) return show(about, [entry.name, entry.detail, "You are given the name alone."], options);
      const form = formOf(entry, content);
      if (field) return showField(form, field, options);
      const lines = KINDS[form.type].fields.map(({ name, is }) => {
        const isHidden = is?.startsWith("hidden") && !given.show;
        return `${name}: ${isHidden ? "(hidden; name the field, or --show)" : form.values[name]}`;
      });
      show({ ...about, ...form.values }, [form.name, ...lines], options);
    });
}

interface Giving {
  readonly options: Options;
  readonly ocmt: Ocmt;
  readonly shares: Unlocked["shares"];
  readonly book: VaultBook;
}

async function listGiven({ options, ocmt, shares, book }: Giving): Promise<void> {
  await shares.renew(book);
  const [all, emails, listed] = await Promise.all([shares.given(book.vaultId), emailsOf(ocmt), book.list()]);
  const names = new Map(listed.map((item) => [item.id, nameOf(item)]));
  const items = all.map((one) => ({ ...one, name: names.get(one.itemId) ?? null }));
  const rows = items.map((one) => [one.name ?? "(removed)", ...cellsOf(one), emails.get(one.to) ?? one.to, one.id]);
  show(items, tableOf(["NAME", "MAY", "STATE", "OPENS", "UNTIL", "TO", "ID"], rows), options);
}

/** None of an offer, which shows nothing before it is accepted, and of what cannot be opened now. */
async function nameIn(shares: Unlocked["shares"], { id, state }: Share): Promise<string | null> {
  if (state !== "accepted") return null;
  return shares.name(id).then(
    ({ entry }) => entry.name,
    () => null,
  );
}

const emailsOf = async (ocmt: Ocmt) => new Map((await listPeople(ocmt)).map(({ userId, email }) => [userId, email]));

const cellsOf = ({ level, state, opens, opensMax, expiresAt }: Share): string[] => [
  ...[level, state, opensMax === null ? String(opens) : `${opens} of ${opensMax}`],
  expiresAt?.slice(0, 16).replace("T", " ") ?? "",
];

function readLevel(text: string): Share["level"] {
  if (text !== "list" && text !== "read") throw new UsageError(`No such level: ${text}. There are list, read.`);
  return text;
}

function readUntil(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const at = days ? new Date(Date.now() + Number(days) * 24 * 3600_000) : new Date(text);
  if (Number.isNaN(at.getTime())) throw new UsageError(`No such date: ${text}. Say 2026-12-31, or 7d.`);
  return at;
}

function readOpens(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new UsageError(`No such number of opens: ${text}. Say 1 to 999.`);
  return Number(text);
}

function demandId(text: Id<"share">): Id<"share"> {
  if (!text.startsWith("shr_")) throw new NotFound(`There is no share "${text}" for you. See: ocmt share ls`);
  return text;
}

async function open(command: Command) {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const { vaults, shares } = await openUnlocked(ocmt);
  return { options, ocmt, vaults, shares };
}
