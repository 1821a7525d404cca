import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { FILE_BYTES_MAX } from "#shared/quotas.ts";

/**
 * What a person keeps: the entry is what lists show, the content is the secret. Both are JSON inside their seals; the server sees
 * neither, and not which kind of item it is.
 */
const Text = z.string().max(20_000);
const Line = z.string().max(2_000);

const Key = z.string().length(43); // 32 bytes, base64url

/** What an item knows of its file: which object it is, how it is opened, and what it is called. */
export const KeptFile = z.object({
  id: idOf("file"),
  name: z.string().min(1).max(255),
  mediaType: z.string().max(127),
  bytes: z.int().nonnegative().max(FILE_BYTES_MAX),
  version: z.int().positive(), // of the item, for which it was sealed
  key: Key,
  sealedBytes: z.int().positive(),
  hash: Key, // of all sealed bytes
});
export type KeptFile = z.infer<typeof KeptFile>;

export const Content = z.discriminatedUnion("type", [
  z.object({ type: z.literal("login"), username: Line, password: Line, url: Line, note: Text }),
  z.object({ type: z.literal("api_key"), key: Text, url: Line, note: Text }),
  z.object({
    type: z.literal("oauth_token"),
    provider: Line,
    accessToken: Text,
    refreshToken: Text,
    scopes: Line,
    note: Text,
  }),
  z.object({ type: z.literal("note"), text: Text }),
  z.object({ type: z.literal("file"), file: KeptFile, note: Text }),
]);
export type Content = z.infer<typeof Content>;
export type ItemType = Content["type"];

/** Whose safety number the person has compared, with the first key of each; kept as one item that no list shows. */
export const Contacts = z.object({
  type: z.literal("contacts"),
  verified: z
    .array(z.object({ userId: idOf("user"), genesisKey: z.string().length(43), at: z.iso.datetime() }))
    .max(300),
});
export type Contacts = z.infer<typeof Contacts>;
export const ContactsEntry = z.object({ type: z.literal("contacts") });
export type ContactsEntry = z.infer<typeof ContactsEntry>;

/** `detail` stands beside the name in lists, as a user name or an address does. */
export const Entry = z.object({
  type: z.enum(["login", "api_key", "oauth_token", "note", "file"]),
  name: z.string().trim().min(1).max(200),
  detail: z.string().max(200),
  exposedAt: z.iso.datetime().optional(), // since when its secret should be changed: somebody who lost access could read it
});
export type Entry = z.infer<typeof Entry>;
