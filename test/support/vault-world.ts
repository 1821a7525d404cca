import { createKeyring } from "#lambdas/keyring/keyring.ts";
import { keyringRoutes } from "#lambdas/keyring/routes.ts";
import { sharesRoutes } from "#lambdas/shares/routes.ts";
import { insertMember } from "#lambdas/tenants/member.repository.ts";
import { insertTenant } from "#lambdas/tenants/tenant.repository.ts";
import { vaultRoutes } from "#lambdas/vault/routes.ts";
import { serve } from "#platform/pipe/http.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { personPinsOf, vaultPinsOf } from "#shared/client/device/stores.ts";
import { type Account, makeKeyring, type NewKeyring } from "#shared/client/keyring.ts";
import { openPeople } from "#shared/client/people/people.ts";
import { changeItems } from "#shared/client/vault/change.ts";
import type { NewFile } from "#shared/client/vault/files/files.ts";
import type { VaultApi } from "#shared/client/vault/head.ts";
import type { Secret } from "#shared/client/vault/items/seal-item.ts";
import { enterVault, type VaultMeans } from "#shared/client/vault/state.ts";
import { openVaultBook } from "#shared/client/vault/vault-book.ts";
import { openVaults, type VaultsInput } from "#shared/client/vault/vaults.ts";
import { keyringContract } from "#shared/contracts/keyring.ts";
import { sharesContract } from "#shared/contracts/shares.ts";
import type { Tenant } from "#shared/contracts/tenants.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { type Id, newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "./memory-database.ts";
import { MemoryObjects } from "./memory-objects.ts";
import { answerFrom, clientOf } from "./serve-client.ts";
import { TenantsWorld } from "./tenants.ts";

interface Member {
  readonly account: Account;
  readonly api: VaultApi;
}

/** People with keyrings, and the API's own rules behind the client that they use. */
export class VaultWorld extends TenantsWorld {
  readonly objects = new MemoryObjects();
  readonly #handler = serve(vaultContract, vaultRoutes, this.door({ objects: this.objects }));
  readonly #keyring = serve(keyringContract, keyringRoutes, this.door({}));
  readonly #shares = serve(sharesContract, sharesRoutes, this.door({}));
  readonly #tokens = new Map<Id<"user">, string>();

  /** The owner of a new organisation, with keys, and the API as they see it. */
  async keeper(slug: string) {
    const { owner } = await this.found(slug);
    return { ctx: owner as Ctx, ...(await this.giveKeys(owner)) };
  }

  /** The owner of an organisation that has exactly these keys, and what answers their browser. */
  async settle({ account, request }: NewKeyring) {
    const { tid: tenantId, uid: userId } = account;
    const person = { sessionId: newId("session", this.clock), authTime: Math.floor(this.clock.getTime() / 1000) };
    const actor = { kind: "user", userId, ...person, tenantId, role: "owner" } as const;
    const token = this.admit(actor);
    this.#tokens.set(userId, token);
    const createdAt = this.clock.toISOString();
    const tenant: Tenant = { id: tenantId, name: "Ours", slug: "ours", tier: "free", createdAt, version: 1 };
    const ctx = this.ctx(actor);
    const member = { userId, email: "ann@ours.example", role: "owner", joinedAt: createdAt, version: 1 } as const;
    await ctx.table.write(...insertTenant(tenant), insertMember(member));
    await createKeyring(ctx, request);
    const api = clientOf(vaultContract, this.#handler, token);
    const signedIn = (asked: Request) => {
      const headers = new Headers(asked.headers);
      headers.set("authorization", `Bearer ${token}`);
      return new Request(asked, { headers });
    };
    const isOfShares = ({ url }: Request) => /\/shares(\/|\?|$)/.test(url);
    const serve = (asked: Request) =>
      isOfShares(asked)
        ? answerFrom(sharesContract, this.#shares, signedIn(asked))
        : answerFrom(vaultContract, this.#handler, signedIn(asked));
    const serveKeyring = (asked: Request) => answerFrom(keyringContract, this.#keyring, signedIn(asked));
    return { ctx, account, api, serve, serveKeyring };
  }

  async giveKeys(ctx: Ctx): Promise<Member> {
    const { tenantId: tid, userId: uid } = ctx.actor;
    const deriveArgon2id = async () => new Uint8Array(32).fill(7); // what it costs is tested elsewhere
    const made = await makeKeyring({ tid, uid }, "a passphrase", { deriveArgon2id, now: this.clock });
    await createKeyring(ctx, made.request);
    const token = this.admit(ctx.actor);
    this.#tokens.set(uid, token);
    return { account: made.account, api: clientOf(vaultContract, this.#handler, token) };
  }

  keyringOf(uid: Id<"user">) {
    return clientOf(keyringContract, this.#keyring, this.#tokens.get(uid) ?? "");
  }

  sharesApiOf(uid: Id<"user">) {
    return clientOf(sharesContract, this.#shares, this.#tokens.get(uid) ?? "");
  }

  /** What one device has: its own memory of what it saw. */
  device(account: Account, api: VaultApi): VaultMeans {
    const database = makeMemoryDatabase();
    const pins = personPinsOf(database, "");
    const verified = async () => new Map<Id<"user">, Uint8Array>();
    const people = openPeople({ api: this.keyringOf(account.uid), account, pins, verified, now: this.now });
    return { api, account, people, pins: vaultPinsOf(database, ""), transfer: this.objects.transfer, now: this.now };
  }

  /** All vaults of somebody, on a device of theirs. */
  vaultsOf({ account, api }: Member, more: Partial<VaultsInput> = {}) {
    const keyring = this.keyringOf(account.uid);
    return openVaults({
      ...{ api, keyring, account, database: makeMemoryDatabase(), folder: "", now: this.now },
      transfer: this.objects.transfer,
      ...more,
    });
  }

  /** As a member does whose program is not ours: in the place of an item is no item of any kind. */
  async leaveJunk(
    { account, api }: Member,
    vaultId: Id<"vault">,
    at: { id: Id<"item">; version: number },
  ): Promise<void> {
    const means = this.device(account, api);
    const opened = { entry: loginOf("junk").entry, content: { type: "nothing" } };
    await changeItems(means, await enterVault(means, vaultId), [{ do: "reseal", at, opened }]);
  }

  /** As a member does who wants nobody to seal it anew: well formed, and sealed by no key that anybody has. */
  async poison(
    { account, api }: Member,
    vaultId: Id<"vault">,
    { at, part }: { at: { id: Id<"item">; version: number }; part: "entryKek" | "contentKek" },
  ): Promise<void> {
    const means = this.device(account, api);
    const state = await enterVault(means, vaultId);
    const { ring } = state.head;
    const junk = { ...ring, current: { ...ring.current, [part]: makeKey() } };
    const opened = loginOf("poison");
    await changeItems(means, { ...state, head: { ...state.head, ring: junk } }, [{ do: "reseal", at, opened }]);
  }

  newItem = () => ({ id: newId("item", this.clock), version: 0 });
}

export const open = openVaultBook;

export const loginOf = (name: string, password = `password of ${name}`): Secret => ({
  entry: { type: "login", name, detail: "ann" },
  content: { type: "login", username: "ann", password, url: "https://example.org", note: "" },
});

/** A file of so many bytes, none of them like the next. */
export function fileOf(name: string, bytes = 100_000): NewFile {
  const read = () => [Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8)) % 251)];
  return { name, mediaType: "application/pdf", bytes, read };
}

export const noteOf = (name: string, text = `text of ${name}`): Secret => ({
  entry: { type: "note", name, detail: "" },
  content: { type: "note", text },
});
