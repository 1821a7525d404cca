import { afterEach, expect, it, vi } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { makeKeyring } from "#shared/client/keyring.ts";
import { newId } from "#shared/ids.ts";
import { session } from "../../../frontend/src/lib/api.ts";
import { finishVaultKeys } from "../../../frontend/src/lib/vault/keys/change-keys.ts";
import { type Resealing, resealing } from "../../../frontend/src/lib/vault/keys/resealing.ts";
import { lockVault, vaultState } from "../../../frontend/src/lib/vault/vault.ts";

vi.hoisted(() => vi.stubGlobal("location", { origin: "https://ocmt.example" }));

const care = { stop: () => undefined };
const LEFT = { vaults: [], agents: [], keyKept: [], offers: [], received: [], given: [] };

afterEach(() => vi.unstubAllGlobals());

it("forgets with the lock what a change of keys left or was about: another device may have finished it since", () => {
  const ends: Resealing[] = [{ is: "failed" }, { is: "left", left: LEFT }, { is: "done", left: LEFT }];
  for (const end of [...ends, { is: "running", progress: undefined } as const]) {
    vaultState.change(() => ({ is: "open", sessions: { close: () => undefined }, care }) as never);
    resealing.change(() => end);
    lockVault();
    expect(resealing.get().is).toBe("none");
  }
});

it("goes no further with the keys once the vault is locked, and says nothing of it to whoever opens it next", async () => {
  const now = new Date();
  const place = { tid: newId("tenant", now), uid: newId("user", now) };
  const { account } = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now });
  const sessions = { close: () => undefined, sealer: { pinsOf: () => undefined } };
  const open = (carried: unknown[]) =>
    vaultState.change(
      () =>
        ({ is: "open", account: { ...account, carried }, sessions, care, vaults: { load: async () => ({}) } }) as never,
    );
  vi.stubGlobal("localStorage", { setItem: () => undefined });
  session.keep({ accessToken: "t", expiresAt: new Date(Date.now() + 3_600_000).toISOString(), tenantId: place.tid });
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(new URL(url).pathname);
    lockVault();
    open([]); // by somebody who is quick
    return Response.json({ items: [], cursor: null });
  });
  open([]);
  await finishVaultKeys();
  expect(asked).toEqual(["/v1/agents"]);
  expect(resealing.get()).toEqual({ is: "none" });
});
