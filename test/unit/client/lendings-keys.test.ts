import { beforeEach, describe, expect, it } from "vitest";
import { storesOf } from "#shared/client/device/stores.ts";
import { describeTrouble } from "#shared/client/lending/words.ts";
import { renewAgent } from "#shared/client/rotation/renew-agent.ts";
import { renewVault } from "#shared/client/rotation/renew-vault.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { signed } from "#shared/client/signed-write.ts";
import { type Lender, LendingWorld, readOnly, WISH } from "#test/support/lending-world.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { quickArgon } from "#test/support/rotation-world.ts";

let world: LendingWorld;
let ann: Lender; // has the secret
let ben: Lender; // wants to use it

beforeEach(async () => {
  world = new LendingWorld();
  [ann, ben] = await world.twoLenders();
  await ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, WISH);
});

/** Given before anybody changes their keys; a minute goes by. */
async function approve(): Promise<void> {
  const item = await world.keep(ann, "the password");
  const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH };
  await ann.lendings.approve(await readOnly(ann), approval);
}

/** All keys of theirs, and their vault and their agent's secrets under them, and what is left of the old ones forgotten. */
async function changeKeys(person: Lender): Promise<Lender> {
  world.clock = new Date(world.clock.getTime() + 60_000);
  const keyring = world.keyringOf(person.account.uid);
  const means = { deriveArgon2id: quickArgon, now: world.clock };
  const { account, request } = await rotateRoot(await keyring.getKeyring({}), person.account, "another", means);
  await keyring.changeKeyring(request);
  const agents = world.agentsOf(person);
  const get: typeof agents.get = async (asked) => ({ ...(await agents.get(asked)), state: "stopped" });
  const { pins } = storesOf(makeMemoryDatabase(), "", person.agentId);
  await renewAgent({ agents: { ...agents, get }, account, pins, sleep: async () => undefined }, person.agentId);
  await renewVault(world.device(account, person.api), "own", () => undefined);
  await keyring.finishRotation(signed(account, { what: "keyring.finish", seq: 2 }, { rootGeneration: 2 }));
  const { carried: _, ...bare } = account;
  return world.deviceOf({ ...person, account: bare, vaults: world.vaultsOf({ account: bare, api: person.api }) });
}

async function seen({ lendings }: Lender) {
  const [one] = await lendings.list();
  if (!one) throw new Error("there is none");
  return { one, row: one.row, says: describeTrouble(one, "Kim") };
}

const YOU = "With Kim: you changed all your keys since. Nothing is done by it.";
const THEY = "With Kim: Kim changed all their keys since. Nothing is done by it.";

describe("what was asked for before one of the two changed all their keys", () => {
  it("says so to both when who asked has changed, is not given, and may be denied and asked for again", async () => {
    expect((await seen(ann)).says).toBeUndefined();
    const readable = await readOnly(ann);
    ben = await changeKeys(ben);
    expect((await seen(ben)).says).toBe(`${YOU} Withdraw it, and ask again.`);
    const item = await world.keep(ann, "the password");
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH };
    await expect(ann.lendings.approve(readable, approval)).rejects.toMatchObject({ reason: "keys_changed" });
    const { row, says } = await seen(ann);
    expect(says).toBe(`${THEY} Deny it: it has to be asked for again.`);
    await ann.lendings.deny(row.id);
    expect((await seen(ben)).says).toBe(`${YOU} It has ended.`);
    const again = await ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, WISH);
    const fresh = await world.deviceOf(ann, undefined, world.freshDevice(ann));
    const anew = (await fresh.lendings.list()).find((one) => one.row.id === again);
    expect(anew).toMatchObject({ letter: { what: WISH.what }, changed: undefined });
  });

  it("says so to both when who was asked has changed, also where it can still be read", async () => {
    ann = await changeKeys(ann);
    expect((await seen(ann)).says).toBe(`${YOU} Deny it: it has to be asked for again.`);
    const fresh = await world.deviceOf(ben, undefined, world.freshDevice(ben));
    const { one, says, row } = await seen(fresh);
    expect([says, "letter" in one]).toEqual([`${THEY} Withdraw it, and ask again.`, true]);
    await fresh.lendings.deny(row.id);
  });
});

describe("what was given before one of the two changed all their keys", () => {
  it("is used by nobody, and taken back by who gave it and has other keys now", async () => {
    await approve();
    ann = await changeKeys(ann);
    const { row, says } = await seen(ann);
    expect(says).toBe(`${YOU} Take it back: it has to be asked for again.`);
    const fresh = await world.deviceOf(ben, undefined, world.freshDevice(ben));
    expect((await seen(fresh)).says).toBe(`${THEY} Ask again.`);
    await fresh.items.offer();
    expect(fresh.told()?.borrowed).toEqual([]);
    await ann.lendings.revoke({ row });
    expect((await seen(fresh)).row.state).toBe("revoked");
    expect((await ann.items.read()).grants.lent).toEqual([]);
  });

  it("is taken back without being read where who borrowed it has other keys now", async () => {
    await approve();
    ben = await changeKeys(ben);
    expect((await seen(ben)).says).toBe(`${YOU} Ask again.`);
    const fresh = await world.deviceOf(ann, undefined, world.freshDevice(ann));
    const { row, says } = await seen(fresh);
    expect(says).toBe(`${THEY} Take it back: it has to be asked for again.`);
    await fresh.items.offer();
    expect(fresh.told()?.lent).toEqual([]);
    await fresh.lendings.revoke({ row });
    expect((await seen(ben)).row.state).toBe("revoked");
  });

  it("is not said to be a change of keys where the platform shows what nobody sealed", async () => {
    const lie = (honest: Lender["grants"]): Lender["grants"] => ({
      ...honest,
      list: async (asked) => {
        const { items, cursor } = await honest.list(asked);
        return { cursor, items: items.map((row) => ({ ...row, request: `A${row.request.slice(1)}` })) };
      },
    });
    const lied = await world.deviceOf(ann, lie);
    expect((await seen(lied)).says).toContain("is not what the two of you have sealed");
  });
});
