import { beforeEach, expect, it, vi } from "vitest";
import { nodeArgon2id } from "#sdk/argon2.ts";
import { makeKeyring, type NewKeyring, unlockByPassphrase } from "#shared/client/keyring.ts";
import { type Keyring, keyringContract } from "#shared/contracts/keyring.ts";
import type { ArgonParams } from "#shared/crypto/primitives/argon-params.ts";
import { newId } from "#shared/ids.ts";
import { session } from "../../../frontend/src/lib/api.ts";
import { getOpenVault, lockVault, vaultState } from "../../../frontend/src/lib/vault/vault.ts";
import { vaultWays } from "../../../frontend/src/lib/vault/ways/ways.ts";

vi.hoisted(() => vi.stubGlobal("location", { origin: "https://ocmt.example" }));
vi.setConfig({ testTimeout: 60_000 });

const PRESENT = "seven plain words nobody else has chosen";
const NEXT = "other words that nobody else has chosen either";
const now = new Date("2030-01-01T00:00:00Z");
const place = { tid: newId("tenant", now), uid: newId("user", now) };

let made: NewKeyring;
let served: Keyring;
let kept: Map<string, unknown>;

beforeEach(async () => {
  made = await makeKeyring(place, PRESENT, { deriveArgon2id: nodeArgon2id, now });
  served = { ...made.request, recoveryCheckedAt: null, createdAt: now.toISOString(), updatedAt: now.toISOString() };
  kept = new Map();
  vi.stubGlobal("Worker", ArgonBeside);
  vi.stubGlobal("indexedDB", { open: () => answered({ transaction: () => ({ objectStore: () => store }) }) });
  vi.stubGlobal("fetch", answer);
  vi.stubGlobal("localStorage", { setItem: () => undefined });
  session.keep({ accessToken: "t", expiresAt: new Date(Date.now() + 3_600_000).toISOString(), tenantId: place.tid });
  const { account, pin } = made;
  vaultState.change(
    () =>
      ({ is: "open", account, pin, sessions: { close: () => undefined }, care: { stop: () => undefined } }) as never,
  );
  return () => vi.unstubAllGlobals();
});

it("changes the passphrase of the vault that the page has open, and refuses the keyring from before from then on", async () => {
  const before = served;
  await vaultWays.changePassphrase(PRESENT, NEXT);
  const { pin } = getOpenVault();
  expect(pin.slotSet.slotSeq).toBe(2);
  expect(kept.get(`${place.tid}/${place.uid}/keyring-pin`)).toEqual(pin);
  const open = (keyring: Keyring, passphrase: string) =>
    unlockByPassphrase(keyring, place, passphrase, { deriveArgon2id: nodeArgon2id, pin });
  expect((await open(served, NEXT)).account).toEqual(made.account);
  await expect(open(before, PRESENT)).rejects.toMatchObject({ code: "crypto.rollback" });
});

it("changes nothing once the vault is locked", async () => {
  lockVault();
  await expect(vaultWays.changePassphrase(PRESENT, NEXT)).rejects.toThrow("The vault is locked.");
  expect(served.slotSeq).toBe(1);
});

async function answer(url: string, { method, body }: RequestInit = {}): Promise<Response> {
  if (new URL(url).pathname !== keyringContract.getKeyring.path) throw new Error(`nobody asks for ${url} here`);
  if (method === keyringContract.changeKeyring.method) served = { ...served, ...JSON.parse(String(body)) };
  return Response.json(served);
}

/** As a request of IndexedDB tells it. */
function answered<T>(result: T) {
  const request = { result, onsuccess: () => undefined };
  queueMicrotask(() => request.onsuccess());
  return request;
}

const store = { put: (value: unknown, key: string) => answered(kept.set(key, value)) };

class ArgonBeside {
  onmessage: (event: { data: Uint8Array }) => void = () => undefined;
  async postMessage({ params, passphrase, salt }: { params: ArgonParams; passphrase: Uint8Array; salt: Uint8Array }) {
    this.onmessage({ data: await nodeArgon2id(params, passphrase, salt) });
  }
  terminate() {}
}
