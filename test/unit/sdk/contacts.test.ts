import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readyShares } from "#sdk/cli/commands/recovery/ask-contacts.ts";
import { failureOf } from "#sdk/cli/failure.ts";
import { askContacts, findAsked } from "#sdk/contacts.ts";
import type { Ocmt } from "#sdk/ocmt.ts";
import { RecoveryFailed } from "#shared/client/recovery/collect-shares.ts";
import { endRecovery } from "#shared/client/recovery/own-recovery.ts";
import { makeSignKeys } from "#shared/crypto/primitives/sign.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { type Friend, RecoveryWorld } from "#test/support/recovery-world.ts";

vi.setConfig({ testTimeout: 60_000 });

type Machine = Parameters<typeof askContacts>[0];

const TWO_DAYS_MS = 2 * 24 * 3_600_000;
const code = (value: string) => expect.objectContaining({ code: value });

describe("a recovery by contacts that a machine asks for", () => {
  let world: RecoveryWorld;
  let owner: Friend;
  let friends: readonly Friend[];
  let machine: Machine;

  beforeEach(async () => {
    ({ world, owner, friends } = await RecoveryWorld.ofThree());
    machine = machineOf(owner);
    vi.useFakeTimers({ toFake: ["Date"], now: world.clock });
  });
  afterEach(() => void vi.useRealTimers());

  const machineOf = (person: Friend): Machine => {
    const { tid, uid } = person.account;
    const api = { recovery: world.apiOf(person), keyring: world.keyringOf(uid) };
    return { api, place: { tid, uid }, database: makeMemoryDatabase() };
  };
  const wait = (ms: number) => {
    world.turn(ms);
    vi.setSystemTime(world.clock);
  };
  const underWay = async () => (await owner.recovery.list({})).items.map(({ id }) => id);

  it("shows the words of the one under way again, also to a later process, and begins no second", async () => {
    const asked = await askContacts(machine);
    expect(asked.words).toHaveLength(6);
    expect(asked).toMatchObject({ given: 0, needed: 2, isEnough: false, isTime: false });
    expect(await askContacts(machine)).toMatchObject({ recoveryId: asked.recoveryId, words: asked.words });
    expect(await underWay()).toEqual([asked.recoveryId]);
  });

  it("opens with enough shares when the wait is over, and by nothing before", async () => {
    const { words } = await askContacts(machine);
    for (const friend of friends.slice(0, 2)) await world.give(friend, words.join(" "));
    const early = await findAsked(machine);
    expect(early).toMatchObject({ given: 2, isEnough: true, isTime: false });
    await expect(early?.open()).rejects.toThrow(RecoveryFailed);
    wait(TWO_DAYS_MS);
    const ready = await findAsked(machine);
    expect(ready).toMatchObject({ isTime: true });
    expect((await ready?.open())?.account).toEqual(owner.account);
  });

  it("is none any more once it was cancelled, and another can be begun", async () => {
    const { recoveryId } = await askContacts(machine);
    await endRecovery(owner.recovery, owner.account, recoveryId, "cancelled");
    expect(await findAsked(machine)).toBeUndefined();
    expect((await askContacts(machine)).recoveryId).not.toBe(recoveryId);
  });

  it("says to a command why it opens nothing yet, and whose share is not usable", async () => {
    const people = friends.map(({ account }, nth) => ({ userId: account.uid, email: `friend${nth}@work.example` }));
    const listMembers = async () => ({ items: people, cursor: null });
    const ocmt = { api: { tenants: { listMembers } }, findAsked: () => findAsked(machine) } as unknown as Ocmt; // no more is asked of it
    const saidBy = async (work: () => Promise<unknown>) => failureOf(await work().catch((error: unknown) => error));
    const ready = () => saidBy(() => readyShares(ocmt));
    expect(await ready()).toMatchObject({ exit: 5, title: expect.stringContaining("ocmt recovery ask") });
    const { words } = await askContacts(machine);
    expect(await ready()).toMatchObject({ exit: 4, title: expect.stringContaining("The wait is not over") });
    wait(TWO_DAYS_MS);
    expect(await ready()).toMatchObject({ exit: 4, title: "0 of 2 shares were released. See: ocmt recovery ask" });
    for (const friend of friends.slice(0, 2)) await world.give(friend, words.join(" "));
    const known = { genesisKey: makeSignKeys().publicKey, bundleSeq: 1, hash: owner.account.bundleHash };
    const { tid, uid } = owner.account;
    await machine.database.put(`${tid}/${uid}/person/${people[0]?.userId}`, known); // another stands in their place
    const factor = await readyShares(ocmt);
    const failed = await saidBy(async () => "byContacts" in factor && factor.byContacts());
    expect(failed).toMatchObject({
      exit: 4,
      code: "crypto.shares_few",
      title: expect.stringContaining("friend0@work"),
    });
  });

  it("is not begun where nobody holds a share", async () => {
    const [stranger] = friends;
    if (!stranger) expect.unreachable();
    await expect(askContacts(machineOf(stranger))).rejects.toThrow(code("recovery.no_set"));
  });
});
