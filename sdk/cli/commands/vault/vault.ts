import type { Command } from "commander";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { findItems, nameOf } from "#shared/client/vault/items/find-items.ts";
import {
  describeFile,
  emptyForm,
  formOf,
  ITEM_TYPES,
  type ItemForm,
  KINDS,
  secretOf,
} from "#shared/client/vault/items/item-kinds.ts";
import type { Content, ItemType } from "#shared/client/vault/items/item-model.ts";
import type { OpenItem, VaultBook } from "#shared/client/vault/vault-book.ts";
import { makePassphrase } from "#shared/crypto/slots/passphrase.ts";
import { newId } from "#shared/ids.ts";
import { type Options, openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { readNewFile, writeOpenedFile } from "../../file-io.ts";
import { show, tableOf } from "../../output.ts";
import { askSecret, confirm, isTerminal, readAllInput } from "../../terminal.ts";
import { readFields, readItemText } from "./fields.ts";
import { addSharing, openNamed } from "./share.ts";
import { addCare, noteCare } from "./vault-care.ts";

const IN = ["--in <vault>", "a vault that a group shares, by its name or id; otherwise your own"] as const;

export function addVaultCommands(program: Command): void {
  const vault = program.command("vault").description("what you keep, sealed on this machine");
  vault
    .command("ls [search]")
    .option(...IN)
    .description("names, not secrets; every word of the search has to be in the name or beside it")
    .option("--type <type>", `only ${ITEM_TYPES.join(", ")}`)
    .action(async (search: string | undefined, { type }: { type?: string }, command: Command) => {
      const { options, book } = await openBook(command);
      const items = findItems(await book.list(), search ?? "", type ? readType(type) : "all");
      const rows = items.map((item) => [nameOf(item), detailOf(item), item.entry?.type ?? "", item.id]);
      show(items.map(factsOf), tableOf(["NAME", "DETAIL", "TYPE", "ID"], rows), options);
      noteCare(book, options);
    });

  vault
    .command("get <item> [field]")
    .option(...IN)
    .description("one item by its name or id; with a field, its value alone")
    .option("--show", "show the secret fields too")
    .option("--out <path>", "write the item's file there; into a folder under its own name")
    .action(async (wanted: string, field: string | undefined, { show: all, out }: GetOptions, command: Command) => {
      const { options, book } = await openBook(command);
      const { entry, content, id, version } = await book.read((await pick(book, wanted)).id);
      if (out !== undefined) return saveOut(book, { id, content, out }, options);
      if (!entry) throw new NotFound("This item was written by a newer version.");
      const form = formOf(entry, content);
      if (field) return showField(form, field, options);
      const lines = KINDS[form.type].fields.map(({ name, is }) => {
        const isHidden = is?.startsWith("hidden") && !all;
        return `${name}: ${isHidden ? "(hidden; name the field, or --show)" : form.values[name]}`;
      });
      const about = content.type === "file" ? [`file: ${describeFile(content.file)} (write it with --out)`] : [];
      const { type, name, values } = form;
      show({ id, version, type, name, ...values, ...factsOfFile(content) }, [name, ...about, ...lines], options);
    });

  addWriting(vault);
  addSharing(vault);
  addCare(vault);
}

const detailOf = ({ entry }: Listed): string =>
  [entry?.detail, entry?.exposedAt && "change it at the provider"].filter(Boolean).join(" · ");

interface GetOptions {
  readonly show?: true;
  readonly out?: string;
}

const factsOfFile = (content: Content) =>
  content.type === "file"
    ? { file: { name: content.file.name, mediaType: content.file.mediaType, bytes: content.file.bytes } }
    : {};

interface Saving extends Pick<OpenItem, "id" | "content"> {
  readonly out: string;
}

async function saveOut(book: VaultBook, { id, content, out }: Saving, options: Options): Promise<void> {
  if (content.type !== "file") throw new UsageError("This item has no file.");
  const path = await writeOpenedFile(out, await book.openFile(id));
  show({ id, path, bytes: content.file.bytes }, [`Wrote ${path}.`], options);
}

interface PutOptions {
  readonly type?: string;
  readonly set: readonly string[];
  readonly ask: readonly string[];
  readonly make: readonly string[];
  readonly stdin?: true;
  readonly file?: string;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function addWriting(vault: Command): void {
  vault
    .command("put <name>")
    .option(...IN)
    .description("keep an item, or change the one of that name; fields that are not named stay")
    .option("--type <type>", `what it is, if it is new: ${ITEM_TYPES.join(", ")}`)
    .option("--set <field=value>", "a field that is no secret", collect, [])
    .option("--ask <field>", "a field that is asked for, or is the next line of what is piped in", collect, [])
    .option("--make <field>", "a field that gets a new password of seven words", collect, [])
    .option("--stdin", "all fields, as one JSON object that is piped in")
    .option("--file <path>", "keep this file, of at most 10 MiB, as an item of type file")
    .action(async (name: string, put: PutOptions, command: Command) => {
      const { options, book, shares } = await openBook(command);
      const found = await find(book, name);
      const before = found ? await readForm(book, found) : undefined;
      if (before && put.type && put.type !== before.type) throw new UsageError(`"${name}" is of type ${before.type}.`);
      const start = before ?? emptyForm(readType(put.type ?? (put.file === undefined ? "login" : "file")), name);
      if (start.type !== "file" && put.file !== undefined)
        throw new UsageError(`"${name}" is of type ${start.type}, which has no file.`);
      if (start.type === "file" && !before && put.file === undefined)
        throw new UsageError("Name its file: --file <path>");
      const values = put.stdin
        ? readItemText(await readAllInput(), start)
        : await readFields(put, start, { ask: askSecret, make: makePassword });
      const at = found ?? { id: newId("item", new Date()), version: 0 };
      const form = { ...start, values: { ...start.values, ...values } };
      const listed =
        put.file === undefined
          ? await book.save(at, secretOf(form, before))
          : await book.saveFile(at, { name, note: form.values["note"] ?? "", file: await readNewFile(put.file) });
      if (found) await shares.renew(book); // who it is shared with opens what it is now
      show(factsOf(listed), [`${found ? "Changed" : "Kept"} ${nameOf(listed)}.`], options);
    });

  vault
    .command("rm <items...>")
    .option(...IN)
    .description("remove items by name or id")
    .option("--yes", "without asking")
    .action(async (wanted: readonly string[], { yes }: { yes?: true }, command: Command) => {
      const { options, book } = await openBook(command);
      const items = await Promise.all(wanted.map((one) => pick(book, one)));
      if (!yes && !isTerminal()) throw new UsageError("Nobody is there to ask: say --yes.");
      if (!yes && !(await confirm(`Remove ${items.map(nameOf).join(", ")} everywhere?`))) return;
      await book.remove(items);
      show(items.map(factsOf), [`Removed ${items.map(nameOf).join(", ")}.`], options);
    });
}

async function openBook(command: Command) {
  const options = optionsOf(command);
  const unlocked = await openUnlocked(await openSignedIn(options));
  return { options, shares: unlocked.shares, book: await openNamed(unlocked, command.opts<{ in?: string }>().in) };
}

const makePassword = (): string => makePassphrase().replaceAll(" ", "-");

const factsOf = (item: Listed) => {
  const { id, version, updatedAt, entry } = item;
  const exposedAt = entry?.exposedAt ?? null;
  return {
    id,
    name: nameOf(item),
    type: entry?.type ?? null,
    detail: entry?.detail ?? null,
    exposedAt,
    version,
    updatedAt,
  };
};

function readType(text: string): ItemType {
  const type = ITEM_TYPES.find((known) => known === text);
  if (!type) throw new UsageError(`No such type: ${text}. There are ${ITEM_TYPES.join(", ")}.`);
  return type;
}

async function readForm(book: VaultBook, { id }: Listed): Promise<ItemForm> {
  const { entry, content } = await book.read(id);
  if (!entry) throw new NotFound("This item was written by a newer version.");
  return formOf(entry, content);
}

/** By its name or its id. @throws NotFound, UsageError where several have the name */
export async function pick(book: VaultBook, wanted: string): Promise<Listed> {
  const found = await find(book, wanted);
  if (!found) throw new NotFound(`There is no item "${wanted}". See: ocmt vault ls`);
  return found;
}

async function find(book: VaultBook, wanted: string): Promise<Listed | undefined> {
  const found = (await book.list()).filter((item) => item.id === wanted || nameOf(item) === wanted);
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(", ");
    throw new UsageError(`${found.length} items are named "${wanted}". Say which by its id: ${ids}`);
  }
  return found[0];
}

/** The value and nothing else, as it is: what reads it may be a program. */
export function showField({ type, values }: ItemForm, field: string, { json }: Options): void {
  const names = KINDS[type].fields.map(({ name }) => name);
  if (!names.includes(field)) throw new NotFound(`No field "${field}". There are ${names.join(", ")}.`);
  const value = values[field] ?? "";
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${value}\n`);
}
