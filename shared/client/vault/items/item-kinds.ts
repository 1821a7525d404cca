import type { Content, ItemType, KeptFile } from "./item-model.ts";

/** One field of an item: `hidden` ones are shown on demand, `long` ones have several lines. */
export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly is?: "hidden" | "long" | "hidden-long" | "url";
  readonly generates?: true;
}

interface Kind {
  readonly name: string;
  readonly says: string;
  readonly fields: readonly FieldSpec[];
  /** What lists show beside the name. */
  readonly detail: string | null;
}

const NOTE: FieldSpec = { name: "note", label: "Note", is: "long" };

/** The kinds of item there are, and what each has. The names of the fields are those of its content. */
export const KINDS: Readonly<Record<ItemType, Kind>> = {
  login: {
    name: "Login",
    says: "A user name and password for a site",
    detail: "username",
    fields: [
      { name: "username", label: "User name" },
      { name: "password", label: "Password", is: "hidden", generates: true },
      { name: "url", label: "Address", is: "url" },
      NOTE,
    ],
  },
  api_key: {
    name: "API key",
    says: "A key that a program signs in with",
    detail: "url",
    fields: [{ name: "key", label: "Key", is: "hidden" }, { name: "url", label: "Address", is: "url" }, NOTE],
  },
  oauth_token: {
    name: "OAuth token",
    says: "Access that a service has granted",
    detail: "provider",
    fields: [
      { name: "provider", label: "Provider" },
      { name: "accessToken", label: "Access token", is: "hidden" },
      { name: "refreshToken", label: "Refresh token", is: "hidden" },
      { name: "scopes", label: "Scopes" },
      NOTE,
    ],
  },
  note: {
    name: "Note",
    says: "Any text that nobody else should read",
    detail: null,
    fields: [{ name: "text", label: "Text", is: "hidden-long" }],
  },
  file: {
    name: "File",
    says: "A document, a key or a scan, up to 10 MiB",
    detail: null,
    fields: [NOTE],
  },
};

export const ITEM_TYPES = Object.keys(KINDS) as ItemType[]; // the keys of the table above

/** What is in a form: the values of all fields of its kind, by name. */
export interface ItemForm {
  readonly type: ItemType;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** Of one of kind "file", what is kept; none before it was saved. */
  readonly file?: KeptFile | undefined;
  /** Since when its secret should be changed at its provider. */
  readonly exposedAt?: string | undefined;
}

export const emptyForm = (type: ItemType, name = ""): ItemForm => ({
  type,
  name,
  values: Object.fromEntries(KINDS[type].fields.map(({ name }) => [name, ""])),
});

export function formOf(
  { name, exposedAt }: { readonly name: string; readonly exposedAt?: string | undefined },
  content: Content,
): ItemForm {
  if (content.type === "file") return { type: "file", name, values: { note: content.note }, file: content.file };
  const { type, ...values } = content;
  return { type, name, values, exposedAt };
}

/** The same without the note, once one of its secrets is another one. */
const settled = (form: ItemForm, before: ItemForm | undefined): string | undefined => {
  const secrets = KINDS[form.type].fields.filter(({ is }) => is?.startsWith("hidden"));
  const isChanged = !before || secrets.some(({ name }) => (form.values[name] ?? "") !== (before.values[name] ?? ""));
  return isChanged ? undefined : before.exposedAt;
};

/**
 * What is sealed of a form. @param before the form as it was opened: that its secret should be changed is noted until it is
 * @throws when a field is longer than an item may hold, or a file was not uploaded
 */
export function secretOf(form: ItemForm, before?: ItemForm) {
  const { type, name, values, file } = form;
  const exposedAt = settled(form, before);
  const { detail, fields } = KINDS[type];
  const kept = Object.fromEntries(fields.map((field) => [field.name, values[field.name] ?? ""]));
  const ofFields = detail === null ? "" : (values[detail] ?? "");
  const shown = file ? describeFile(file) : ofFields;
  const content = { type, ...kept, ...(file && { file }) } as Content; // the table names the fields of each kind; the seal parses it again
  const noted = exposedAt === undefined ? {} : { exposedAt };
  return { entry: { type, name: name.trim(), detail: shown.slice(0, 200), ...noted }, content };
}

/** "contract.pdf, 1.2 MB", with the name cut in its middle where it is long. */
export function describeFile({ name, bytes }: Pick<KeptFile, "name" | "bytes">): string {
  const short = name.length > 120 ? `${name.slice(0, 80)}…${name.slice(-39)}` : name;
  return `${short}, ${describeBytes(bytes)}`;
}

export function describeBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 999_500 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export const isSameForm = (a: ItemForm, b: ItemForm): boolean =>
  a.type === b.type &&
  a.name === b.name &&
  a.file?.id === b.file?.id &&
  KINDS[a.type].fields.every(({ name }) => a.values[name] === b.values[name]);
