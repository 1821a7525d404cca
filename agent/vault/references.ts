import * as z from "zod";
import type { OfferedItem } from "#shared/channel/app-vault.ts";

/**
 * A reference stands for a secret: github/key is the field "key" of the item granted as "github". OpenClaw and the model handle references; the
 * value takes its place here, when the request leaves, and never goes back. In the middle of a text it is written {{vault:github/key}}.
 */
const IN_TEXT = /\{\{\s*vault:([a-z0-9-]{1,40})\/([A-Za-z]{1,40})\s*\}\}/g;
export const Reference = z.string().regex(/^[a-z0-9-]{1,40}\/[A-Za-z]{1,40}$/, "expected a reference");

/** Something that a request may not do. The words are for the model. */
export class Refused extends Error {
  override readonly name = "Refused";
}

type Encode = (value: string) => string;
type Find = (as: string) => OfferedItem | undefined;

export const namesIn = (text: string): string[] => [...text.matchAll(IN_TEXT)].map(([, as = ""]) => as);

/** @throws Refused for a reference to what is not held */
export const fillIn = (text: string, find: Find, encode: Encode = (value) => value): string =>
  text.replace(IN_TEXT, (_, as: string, field: string) => encode(fieldOf(find, as, field)));

/** @throws Refused */
export function resolve(reference: string, find: Find): string {
  const [as = "", field = ""] = reference.split("/");
  return fieldOf(find, as, field);
}

/** @throws Refused */
export function fieldOf(find: Find, as: string, field: string): string {
  const found = getItem(find, as).fields.find(({ name }) => name === field);
  if (!found) throw new Refused(`"${as}" has no field "${field}". See vault_list.`);
  return found.value;
}

/** @throws Refused */
export function getItem(find: Find, as: string): OfferedItem {
  const item = find(as);
  if (!item)
    throw new Refused(
      `Nothing is granted under the name "${as}". It may have been taken back or locked. See vault_list.`,
    );
  return item;
}

export const forUrl: Encode = encodeURIComponent;
export const forJson: Encode = (value) => JSON.stringify(value).slice(1, -1);
export const basicOf = (user: string, password: string): string =>
  Buffer.from(`${user}:${password}`, "utf8").toString("base64");

/** The text without any hidden value that is held, in the usual spellings: a service may answer with what it was sent. */
export function mask(text: string, items: readonly OfferedItem[]): string {
  const spellings = items.flatMap(spellingsOf).sort((a, b) => b.spelling.length - a.spelling.length);
  return spellings.reduce((masked, { spelling, name }) => masked.replaceAll(spelling, name), text);
}

function spellingsOf({ as, fields }: OfferedItem): { spelling: string; name: string }[] {
  const user = fields.find(({ name }) => name === "username")?.value ?? "";
  return fields
    .filter(({ isHidden }) => isHidden)
    .flatMap(({ name, value }) => {
      const base64 = Buffer.from(value, "utf8");
      const all = [value, forUrl(value), forJson(value), basicOf(user, value)];
      const spellings = new Set([...all, base64.toString("base64"), base64.toString("base64url")]);
      return [...spellings].map((spelling) => ({ spelling, name: `[vault:${as}/${name}]` }));
    });
}
