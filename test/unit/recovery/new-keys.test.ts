import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import type { KeyringPin } from "#shared/client/keyring.ts";
import { collectShares } from "#shared/client/recovery/collect-shares.ts";
import { type Asking, type AskingMeans, endRecovery, readAsking } from "#shared/client/recovery/own-recovery.ts";
import { takeNewKeys } from "#shared/client/recovery/take-new-keys.ts";
import { makeSignKeys } from "#shared/crypto/primitives/sign.ts";
import { type Friend, RecoveryWorld } from "#test/support/recovery-world.ts";

vi.setConfig({ testTimeout: 60_000 });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const code = (value: string) => expect.objectContaining({ code: value });

let world: RecoveryWorld;
let owner: Friend;
let friends: Friend[];
let browser: AskingMeans;
let asking: Asking;
beforeEach(async () => {
  world = new RecoveryWorld();
  ({ owner, friends } = await world.circle(3));
  await world.choose(owner, friends, 2);
  browser = world.freshBrowser(owner);
  world.turn(1); // no date of it falls on a full second
  const asked = await world.ask(browser);
  asking = asked.asking;
  for (const friend of friends) await world.give(friend, asked.words);
});

describe("a vault that contacts opened", () => {
  beforeEach(() => world.turn(2 * DAY_MS));
  const means = (more: object = {}) => ({
    ...{ api: world.keyringOf(owner.account.uid), recovery: owner.recovery, now: world.clock },
    ...{ deriveArgon2id: async () => new Uint8Array(32).fill(7) },
    ...{ database: browser.database, folder: browser.folder, ...more },
  });
  const underWay = async () => (await owner.recovery.list({})).items.map(({ id }) => id);

  it("can be opened by them again until new keys are kept, and not after", async () => {
    const { account } = await collectShares(browser, asking);
    const refusing = {
      ...means().api,
      changeKeyring: async () => Promise.reject(new ApiError("keyring.changed", "Not now.")),
    };
    await expect(takeNewKeys(account, "mine", means({ api: refusing }))).rejects.toThrow(code("keyring.changed"));
    expect([await underWay(), await readAsking(browser)]).toEqual([[asking.recoveryId], asking]);
    const again = await collectShares(browser, (await readAsking(browser)) ?? expect.unreachable());
    const { recoveryPhrase } = await takeNewKeys(again.account, "mine", means());
    expect(recoveryPhrase.split(" ")).toHaveLength(12);
    expect([await underWay(), await readAsking(browser)]).toEqual([[], undefined]);
    expect(world.auditEvents().filter((event) => event === "recovery.ended")).toHaveLength(1);
    await expect(collectShares(browser, asking)).rejects.toThrow(code("recovery.not_found"));
  });

  it("gives the new words though the recovery was cancelled meanwhile", async () => {
    const { account } = await collectShares(browser, asking);
    await endRecovery(owner.recovery, owner.account, asking.recoveryId, "cancelled");
    expect((await takeNewKeys(account, "mine", means())).recoveryPhrase.split(" ")).toHaveLength(12);
    expect(await readAsking(browser)).toBeUndefined();
  });

  it("says that the shares are dead where the browser closed between the new keys and the end", async () => {
    const { account } = await collectShares(browser, asking);
    await takeNewKeys(account, "mine", means({ folder: "another" }));
    expect(await underWay()).toEqual([asking.recoveryId]);
    await expect(collectShares(browser, asking)).rejects.toThrow(code("recovery.set_dead"));
  });

  it("is no older than what this browser saw, and what was seen of the passphrase's cost stays", async () => {
    const { slotSet } = (await world.ownerMeans(owner)).pin;
    const keep = (pin: KeyringPin) => browser.database.put(`${browser.folder}/keyring-pin`, pin);
    const argon = { memoryKib: 300_000, iterations: 4, parallelism: 1 } as unknown as NonNullable<KeyringPin["argon"]>;
    await keep({ slotSet, argon });
    expect((await collectShares(browser, asking)).pin).toEqual({ slotSet, argon });
    await keep({ slotSet: { ...slotSet, slotSeq: slotSet.slotSeq + 1 } });
    await expect(collectShares(browser, asking)).rejects.toThrow(code("crypto.rollback"));
  });

  it("is nobody else's than this browser knew, nor are the contacts", async () => {
    const keep = (who: Friend, pin: object) => browser.database.put(`${browser.folder}/person/${who.account.uid}`, pin);
    const hash = owner.account.bundleHash;
    const genesisKey = owner.account.root.rootSign.publicKey;
    const other = makeSignKeys().publicKey;
    await keep(friends[0] ?? owner, { genesisKey: other, bundleSeq: 1, hash });
    const refused = [{ contactId: friends[0]?.account.uid, why: "crypto.context" }];
    expect((await collectShares(browser, asking)).refused).toEqual(refused);
    await keep(owner, { genesisKey, bundleSeq: 2, hash });
    await expect(collectShares(browser, asking)).rejects.toThrow(code("crypto.rollback"));
    await keep(owner, { genesisKey: other, bundleSeq: 1, hash });
    await expect(collectShares(browser, asking)).rejects.toThrow(code("crypto.context"));
  });
});

describe("a recovery whose date is reached", () => {
  it("is over at that moment, though its row dies with the next second", async () => {
    const { recoveryId } = asking;
    const heldBy = async () => (await friends[0]?.recovery.listHeld({}))?.items[0]?.recoveries.length;
    world.turn(16 * DAY_MS - 1);
    expect([(await owner.recovery.list({})).items.length, await heldBy()]).toEqual([1, 1]);
    world.turn(1);
    expect([(await owner.recovery.list({})).items.length, await heldBy()]).toEqual([0, 0]);
    await expect(owner.recovery.collect({ recoveryId })).rejects.toThrow(code("recovery.not_found"));
    const ending = endRecovery(owner.recovery, owner.account, recoveryId, "cancelled");
    await expect(ending).rejects.toThrow(code("recovery.not_found"));
  });
});
