import { beforeEach, describe, expect, it } from "vitest";
import { sealEnvelope } from "#shared/client/agent-keys.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { storesOf } from "#shared/client/device/stores.ts";
import type { Account } from "#shared/client/keyring.ts";
import { pinEnvelope } from "#shared/client/link/pins.ts";
import { keyAgeOf } from "#shared/client/vault/keys/key-age.ts";
import { openVaultBook } from "#shared/client/vault/vault-book.ts";
import { type Vault, vaultContract } from "#shared/contracts/vault.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { type AnyApi, FakeAgentApi, RotationWorld } from "#test/support/rotation-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";
import { lying } from "./double.ts";

/** A server that would keep a change of all keys from its end by one thing that it shows falsely. */
let world: RotationWorld;
let ann: Someone;
let ben: Someone;
let agent: FakeAgentApi;
let finance: Id<"vault">;
let travel: Id<"vault">;

beforeEach(async () => {
  world = new RotationWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  await (await ann.vaults.open("own")).save(world.newItem(), loginOf("Bank"));
  finance = (await share(ben, [{ who: ann, rights: [...EDIT, "share"] }])).vaultId;
  travel = (await share(ben, [{ who: ann, rights: MANAGE }])).vaultId;
  await (await ann.vaults.open(travel)).save(world.newItem(), noteOf("Tickets"));
  agent = new FakeAgentApi(ann.account, world.clock, "running");
  agent.lastKnown = agent.secretsFor(ann.account);
});

const vaultsLying = (lie: (vault: Vault) => Vault): AnyApi => {
  const api = world.apiOf(ann, agent);
  return { ...api, vault: lying(api.vault, { getVault: (vault) => (vault.id === finance ? lie(vault) : vault) }) };
};
const bareOf = ({ carried: _, ...account }: Account): Account => account;
const opens = (account: Account, which: "own" | Id<"vault">) =>
  openVaultBook(world.device(bareOf(account), ann.api), which);
const carry = async () => (await world.keyringOf(ann.account.uid).getKeyring({})).carry;

/** Which writes were asked for, and of which vault. */
function writesOf(api: AnyApi) {
  const asked: string[] = [];
  const noting =
    (name: string) =>
    <T>(reply: T, { vaultId }: { vaultId: string }): T => {
      asked.push(`${name} ${vaultId}`);
      return reply;
    };
  const vault = lying(api.vault, { putKeys: noting("putKeys"), addSteps: noting("addSteps") });
  return { asked, api: { ...api, vault } };
}

describe("D08: one vault that is shown falsely", () => {
  const cut = (vault: Vault): Vault => ({ ...vault, chain: vault.chain.slice(0, -1) });
  const none = (): Vault => vaultContract.getVault.reply.parse({ id: 7 }); // as the client reads any answer
  const failing = (): never => {
    throw new ApiError("internal", "Something went wrong on our side.");
  };

  const gone = (): never => {
    throw new ApiError("vault.not_found", "There is no such vault.");
  };

  it.each([
    { what: "as gone, while it is listed,", lie: gone },
    { what: "with a step too few", lie: cut },
    { what: "as something that is none", lie: none },
    { what: "as an error", lie: failing },
  ])(
    "$what holds up neither agents nor other vaults, is named, and is all that the next try takes up",
    async ({ lie }) => {
      const { account } = await world.rotate(ann);
      await opens(account, finance).catch(() => undefined);
      const device = world.device(account, ann.api);
      await openVaultBook(device, finance); // this device has seen it as it is
      const first = await world.finish(account, vaultsLying(lie), undefined, {
        ...device,
        api: vaultsLying(lie).vault,
      });
      expect(first.left.vaults).toMatchObject([{ id: finance, name: "Finance" }]);
      expect(first.left.agents).toEqual([]);
      expect(agent.did).toEqual(["stop", "wake"]);
      for (const which of ["own", travel] as const) await opens(account, which);
      expect(first.account).toBe(account);
      expect(await carry()).toBeDefined();

      const { asked, api } = writesOf(world.apiOf(ann, agent));
      const second = await world.finish(first.account, api);
      expect(second.left.vaults).toEqual([]);
      expect(new Set(asked)).toEqual(new Set([`addSteps ${finance}`, `putKeys ${finance}`]));
      expect(agent.did).toEqual(["stop", "wake"]);
      expect(second.account.carried).toBeUndefined();
      expect(await carry()).toBeUndefined();
      await opens(account, finance);
    },
  );

  it("again and again as it was before is given up", async () => {
    const before = await ann.api.getVault({ vaultId: finance });
    const { account } = await world.rotate(ann);
    const api = world.apiOf(ann, agent);
    const stuck = {
      ...api,
      vault: {
        ...lying(api.vault, { getVault: (vault) => (vault.id === finance ? before : vault) }),
        addSteps: async () => ({ seq: 9 }),
      },
    };
    const { left } = await world.finish(account, stuck, undefined, { ...world.device(account, stuck.vault) });
    expect(left.vaults.map(({ id }) => id)).toContain(finance);
  });
});

describe("D08: one agent that is shown falsely", () => {
  it("holds up no vault, and keeps what is carried", async () => {
    const { account } = await world.rotate(ann);
    const { pins } = storesOf(world.database, "", agent.agent.id);
    await pins.change((pin) =>
      pinEnvelope(pin, sealEnvelope(ann.account, agent.agent.id, 9, agent.secretsFor(ann.account))),
    );
    const { left } = await world.finish(account, world.apiOf(ann, agent));
    expect(left).toMatchObject({ vaults: [], agents: [{ id: agent.agent.id, name: "Ada" }] });
    for (const which of ["own", finance, travel] as const) await opens(account, which);
    expect(await carry()).toBeDefined();
  });

  it("is not said of somebody who is signed in no more: nothing is put aside then", async () => {
    const { account } = await world.rotate(ann);
    const api = world.apiOf(ann, agent);
    const get = async () => Promise.reject(new ApiError("session.ended", "Sign in."));
    await expect(world.finish(account, { ...api, agents: { ...api.agents, get } })).rejects.toMatchObject({
      code: "session.ended",
    });
  });
});

describe("a vault that others have too, at a change of all keys", () => {
  it("gets another key at once where one looks after it, and is named where one does not", async () => {
    const { account } = await world.rotate(ann);
    const { asked, api } = writesOf(world.apiOf(ann, agent));
    const finished = await world.finish(account, api);
    expect(asked.filter((one) => one.endsWith(finance))).toEqual([`addSteps ${finance}`, `putKeys ${finance}`]); // no key is drawn for nothing
    expect(finished.left.keyKept).toEqual([{ id: finance, name: "Finance" }]);
    const book = await opens(account, travel);
    expect(book.head().ring.current.keyGen).toBe(2);
    await book.save(world.newItem(), noteOf("Hotel"));
    const { items } = await ann.api.listItems({ vaultId: travel, limit: 10 });
    expect(items.map(({ keyGen }) => keyGen).toSorted()).toEqual([1, 2]);
    expect(
      (await (await world.freshDevice(ben).open(travel)).list()).map(({ entry }) => entry?.name).toSorted(),
    ).toEqual(["Hotel", "Tickets"]);
  });

  it("is due for whoever does look after it, and no more after that", async () => {
    const { account } = await world.rotate(ann);
    await world.finish(account, world.apiOf(ann, agent));
    const book = await world.freshDevice(ben).open(finance);
    const due = () => keyAgeOf(book.head().chain, world.clock).due;
    expect(due()).toBe("renewed");
    await book.rotate();
    expect([due(), book.head().ring.current.keyGen]).toEqual([undefined, 2]);
    await opens(account, finance);
  });
});
