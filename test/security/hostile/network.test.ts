import { describe, expect, it, vi } from "vitest";
import { changePassphrase } from "#shared/client/change-keyring.ts";
import { type Account, makeKeyring, unlockByPassphrase, unlockByPhrase } from "#shared/client/keyring.ts";
import { findItems } from "#shared/client/vault/items/find-items.ts";
import type { Content } from "#shared/client/vault/items/item-model.ts";
import type { Secret } from "#shared/client/vault/items/seal-item.ts";
import type { OpenRing } from "#shared/client/vault/keys/vault-key.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { keyringContract } from "#shared/contracts/keyring.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { readPhrase } from "#shared/crypto/slots/bip39.ts";
import { newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { findSentinels, makeSentinel } from "#test/support/sentinels.ts";
import { VaultWorld } from "#test/support/vault-world.ts";
import { type Exchange, overWire } from "./double.ts";

vi.setConfig({ testTimeout: 60_000 });
const OPERATIONS = 200;
const WAYS = 5; // list, read, save, save again, remove

/** Everything that was sent, as text and with what is base64url in it opened. */
const seenIn = (log: readonly Exchange[]) =>
  log.flatMap((exchange, i) => {
    const text = JSON.stringify(exchange);
    const bytes = [...text.matchAll(/[\w-]{16,}/g)].map(([match]) => Buffer.from(match, "base64url"));
    return [Buffer.from(text), ...bytes].map((part) => ({ where: `exchange ${i}: ${exchange.url}`, bytes: part }));
  });

/** A secret of each kind, of taint from its name to its last field. */
function taintedSecret(i: number, taint: (name: string) => string): Secret {
  const name = taint("name");
  const site = `https://${taint("host").toLowerCase()}.example/${taint("path")}?icon=${taint("query")}`;
  const contents: Content[] = [
    { type: "login", username: taint("username"), password: taint("password"), url: site, note: taint("note") },
    { type: "note", text: `${taint("text")} ${site}` },
    { type: "api_key", key: taint("key"), url: site, note: taint("note") },
    {
      ...{ type: "oauth_token", provider: taint("provider"), accessToken: taint("access"), scopes: taint("scopes") },
      ...{ refreshToken: taint("refresh"), note: taint("note") },
    },
  ];
  const content = contents[i % contents.length] ?? { type: "note", text: "" };
  return { entry: { type: content.type, name, detail: taint("detail") }, content };
}

/** One of the things that people do with a vault. */
async function operate(book: VaultBook, world: VaultWorld, i: number, taint: (name: string) => string): Promise<void> {
  const items = await book.list();
  const [some] = items.slice(-1);
  const found = findItems(items, taint("search"), "all");
  expect(found).toEqual([]);
  const way = i % WAYS;
  if (way < 2 || !some) await book.save(world.newItem(), taintedSecret(i, taint));
  else if (way === 2) await book.save(some, taintedSecret(i, taint));
  else if (way === 3) await book.read(some.id);
  else await book.remove([some]);
}

/** A person's own keys, and those of their vault, with all that was derived on the way. */
function keysOf({ root, identity }: Account, { held, keys }: OpenRing): Uint8Array[] {
  return [
    ...[root.selfWrap, root.slotMac, root.rootSign.secretKey, identity.sign.secretKey, identity.kem.secretKey],
    ...[...keys.values()].flatMap(({ entryKek, contentKek }) => (contentKek ? [entryKek, contentKek] : [entryKek])),
    ...[...held.values()].map((key) => ("vaultKey" in key ? key.vaultKey : key.entryKek)),
  ];
}

const PATHS = [
  ...["/v1/keyring", "/v1/vaults", "/v1/vaults/…", "/v1/vaults/…/buckets/…", "/v1/vaults/…/changes"],
  ...["/v1/vaults/…/items", "/v1/vaults/…/items/…"],
];

/** From the first keys to a change of passphrase, with 200 operations between; and what of it must stay with the person. */
async function live(log: Exchange[]) {
  const world = new VaultWorld();
  const texts = new Set<string>();
  const taint = (name: string) => {
    texts.add(`sentinel-${name}-`); // what all of this name begin with: one search finds any of them
    return makeSentinel(name);
  };
  const [present, next] = [taint("passphrase"), taint("next-passphrase")];
  const derived: Uint8Array[] = [];
  const deriveArgon2id: DeriveArgon2id = async (_, phrase, salt) => {
    const key = sha256(phrase, salt);
    derived.push(Uint8Array.from(key)); // a copy: the client wipes its own
    return key;
  };
  const place = { tid: newId("tenant", world.clock), uid: newId("user", world.clock) };
  const made = await makeKeyring(place, present, { deriveArgon2id, now: world.clock });
  const { serve, serveKeyring } = await world.settle(made);
  log.push({ url: "https://ocmt.example/v1/keyring", headers: {}, body: JSON.stringify(made.request) });
  const keyring = overWire(keyringContract, { serve: serveKeyring, log });
  const api = overWire(vaultContract, { serve, log });
  const { account, pin } = await unlockByPassphrase(await keyring.getKeyring({}), place, present, { deriveArgon2id });
  const vaults = world.vaultsOf({ account, api }, { keyring, database: makeMemoryDatabase() });
  const book = await vaults.open("own");
  for (let i = 0; i < OPERATIONS; i++) await operate(book, world, i, taint);
  const means = { deriveArgon2id, now: world.clock, pin };
  const change = await changePassphrase(await keyring.getKeyring({}), account, { present, next }, means);
  await keyring.changeKeyring(change.request);
  unlockByPhrase(await keyring.getKeyring({}), place, made.recoveryPhrase);
  const words = made.recoveryPhrase.split(" ");
  const threes = words.slice(2).map((_, i) => words.slice(i, i + 3).join(" "));
  return {
    texts: [...texts, ...threes],
    keys: [...derived, readPhrase(made.recoveryPhrase), ...keysOf(account, book.head().ring)],
  };
}

describe("B12 BW06 LP03: what is sent in 200 operations of a vault", () => {
  it("holds no text that a person wrote, no key and no secret, in any spelling, and asks nobody about a site", async () => {
    const log: Exchange[] = [];
    const { texts, keys } = await live(log);
    const seen = seenIn(log);
    expect([log.length > 2 * OPERATIONS, texts.length > 25, keys.length > 10]).toEqual([true, true, true]);
    expect(await findSentinels(texts, seen)).toEqual([]);
    const leaks = seen.filter(({ bytes }) => keys.some((key) => bytes.includes(key)));
    expect(leaks.map(({ where }) => where)).toEqual([]);
    const asked = log.map(({ url }) => new URL(url));
    expect([...new Set(asked.map(({ origin }) => origin))]).toEqual(["https://ocmt.example"]);
    const paths = asked.map(({ pathname }) => pathname.replace(/[a-z]{3}_\w{26}/g, "…").replace(/\d+$/, "…"));
    expect([...new Set(paths)].sort()).toEqual(PATHS);
  });

  it("would be found: a text in the clear is, and so is a key", async () => {
    const text = makeSentinel("clear");
    const key = sha256(Buffer.from("key"));
    const body = JSON.stringify({
      blob: Buffer.from(`…${text}…`).toString("base64url"),
      key: Buffer.from(key).toString("base64url"),
    });
    const seen = seenIn([{ url: "https://ocmt.example/v1/vaults", headers: {}, body }]);
    expect(await findSentinels([text], seen)).not.toEqual([]);
    expect(seen.some(({ bytes }) => bytes.includes(key))).toBe(true);
  });
});
