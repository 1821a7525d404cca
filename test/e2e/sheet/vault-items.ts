import { type Change, changeItems } from "#shared/client/vault/change.ts";
import type { Secret } from "#shared/client/vault/items/seal-item.ts";
import { enterVault, type VaultMeans } from "#shared/client/vault/state.ts";
import { openVaultBook } from "#shared/client/vault/vault-book.ts";
import { bucketOf } from "#shared/crypto/vault/tree.ts";
import type { Id } from "#shared/ids.ts";
import { fileOf, VaultWorld } from "#test/support/vault-world.ts";
import type { Answers, Serve } from "./answers.ts";
import { made } from "./keyring-world.ts";

/** A vault with items in it that the product's own code keeps, in this process, and that the page really opens. */
export const login = (name: string, username: string, url: string): Secret => ({
  entry: { type: "login", name, detail: username },
  content: { type: "login", username, password: "otter-lamp-gravel-sonnet", url, note: "" },
});

const AT_ONCE = 25;

export const SOME: readonly Secret[] = [
  login("Savings bank", "ada.lovelace", "https://bank.example"),
  login("Registrar of the domains, with a name that is longer than the row", "hostmaster@example.org", ""),
  login("Mail", "ada@example.org", "https://mail.example"),
  {
    entry: { type: "api_key", name: "Weather service", detail: "https://api.weather.example" },
    content: { type: "api_key", key: "wx_live_8d1f", url: "https://api.weather.example", note: "Billed in May." },
  },
  {
    entry: { type: "oauth_token", name: "Calendar", detail: "Example Calendar" },
    content: {
      ...{ type: "oauth_token", provider: "Example Calendar", accessToken: "at-1", refreshToken: "rt-1" },
      ...{ scopes: "calendar.read", note: "" },
    },
  },
  {
    entry: { type: "note", name: "Alarm of the office", detail: "" },
    content: { type: "note", text: "Front door first, then the panel behind the coats." },
  },
];

export interface SheetVault {
  readonly answers: Answers;
  readonly world: VaultWorld;
  readonly book: Awaited<ReturnType<typeof openVaultBook>>;
  /** The id of the first item. */
  readonly first: string;
}

export async function fillVault(
  secrets: readonly Secret[] = SOME,
  wrap = (serve: Serve): Serve => serve,
): Promise<SheetVault> {
  const world = new VaultWorld();
  world.clock = new Date(Date.now() - 3 * 86_400_000);
  const { account, api, serve } = await world.settle(made);
  const means = world.device(account, api);
  const puts = secrets.map((secret) => ({ do: "put", at: world.newItem(), secret }) as const);
  await putAll(means, puts);
  return {
    ...{ answers: { "ANY /v1/vaults*": wrap(serve) }, world },
    book: await openVaultBook(means),
    first: puts[0]?.at.id ?? "",
  };
}

/** So many at once as one request takes, and by bucket, so that a request reads few of them. */
async function putAll(means: VaultMeans, puts: readonly (Change & { do: "put" })[]): Promise<void> {
  const sorted = puts.toSorted((a, b) => bucketOf(a.at.id) - bucketOf(b.at.id));
  let state = await enterVault(means, "own");
  for (let i = 0; i < sorted.length; i += AT_ONCE)
    state = await changeItems(means, state, sorted.slice(i, i + AT_ONCE));
}

/** A file beside other items. @returns its id */
export async function addFile({ world, book }: Pick<SheetVault, "world" | "book">): Promise<Id<"item">> {
  const file = fileOf("Lease of the office, signed by both sides, 2030.pdf", 1_240_000);
  const { id } = await book.saveFile(world.newItem(), { name: "Lease of the office", note: "Ends in May 2033.", file });
  return id;
}

/** So many that a list must not draw them all. */
export const many = (count: number): Secret[] =>
  Array.from({ length: count }, (_, i) => login(`Account ${i + 1}`, `user${i + 1}@example.org`, ""));
