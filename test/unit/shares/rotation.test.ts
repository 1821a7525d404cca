import { beforeEach, describe, expect, it } from "vitest";
import type { Account } from "#shared/client/keyring.ts";
import { PersonChanged } from "#shared/client/people/people.ts";
import { openShares, type SharesApi } from "#shared/client/shares/shares.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Id } from "#shared/ids.ts";
import { MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { FakeAgentApi, RotationWorld } from "#test/support/rotation-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";

let world: RotationWorld;
let ann: Someone;
let ben: Someone;
let agent: FakeAgentApi;
let shared: Id<"vault">;
const given: Id<"share">[] = [];
let received: Id<"share">;
const TERMS = { level: "read", expiresAt: null, opensMax: 2 } as const;

/** From one to the other, out of a vault, and accepted. */
async function pass(from: Someone, to: Someone, which: "own" | Id<"vault">, name: string): Promise<Id<"share">> {
  const book = await from.vaults.open(which);
  const { id: itemId } = await book.save(world.newItem(), which === "own" ? loginOf(name) : noteOf(name));
  const { id } = await world.sharesOf(from).give(book, itemId, { ...TERMS, to: to.account.uid });
  await world.sharesOf(to).answer(id, "accept");
  return id;
}

beforeEach(async () => {
  world = new RotationWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  ({ vaultId: shared } = await share(ben, [{ who: ann, rights: MANAGE }]));
  given.splice(0, 2, await pass(ann, ben, "own", "Bank"), await pass(ann, ben, shared, "Rent"));
  received = await pass(ben, ann, "own", "Door");
  agent = new FakeAgentApi(ann.account, world.clock, "stopped");
});

const finish = (account: Account, api: Partial<SharesApi> = {}) => {
  const honest = world.apiOf(ann, agent);
  return world.finish(account, { ...honest, shares: { ...honest.shares, ...api } });
};
const sharesAs = (account: Account) => {
  const { people, now } = world.device(account, ann.api);
  return openShares({ api: world.sharesApiOf(account.uid), account, people, now });
};
const signedBy = async (vaultId: Id<"vault">) =>
  (await world.sharesApiOf(ann.account.uid).listGiven({ vaultId })).items
    .filter(({ from }) => from === ann.account.uid)
    .map(({ fromBundleHash }) => fromBundleHash);

/** Both that ann gave are signed by these keys of hers, and open for ben on a device that has seen nothing. */
async function demandGiven({ bundleHash }: Account): Promise<void> {
  const { vaultId } = await ann.vaults.open(shared);
  const own = (await ann.api.listVaults({})).items.find(({ kind }) => kind === "personal")?.id ?? vaultId;
  const hash = encodeBase64url(bundleHash);
  expect([...(await signedBy(own)), ...(await signedBy(shared))]).toEqual([hash, hash]);
  const theirs = world.sharesOf({ ...ben, vaults: world.freshDevice(ben) });
  const names = await Promise.all(given.map(async (id) => (await theirs.open(id)).entry.name));
  expect(names).toEqual(["Bank", "Rent"]);
}

describe("single items that are shared, after a change of all keys", () => {
  it("are signed anew by who gave them, without a word of theirs, and open for whom they were given to", async () => {
    const { account } = await world.rotate(ann);
    const { left } = await finish(account);
    expect(left.given).toEqual([]);
    await demandGiven(account);
  });

  it.each([false, true])("are signed anew once, wherever it is broken off (answer lost: %s)", async (isDone) => {
    const { account } = await world.rotate(ann);
    const done: Id<"share">[] = [];
    const renew: SharesApi["renew"] = async (asked) => {
      const isFirst = done.length === 0;
      done.push(asked.shareId);
      if (isFirst && !isDone) throw new Error("crash");
      const answer = await world.sharesApiOf(account.uid).renew(asked);
      if (isFirst) throw new Error("crash");
      return answer;
    };
    await expect(finish(account, { renew })).rejects.toThrow("crash");
    const opened = await world.unlock(account.uid, account);
    expect(opened.carried).toBeDefined();
    await finish(opened, { renew });
    expect(done).toHaveLength(isDone ? 2 : 3);
    await demandGiven(opened);
  });

  it("say of what was received that its giver has to seal it anew, which their device does, and no open is counted", async () => {
    const { account } = await world.rotate(ann);
    const during = sharesAs(account).open(received);
    await expect(during).rejects.toMatchObject({ code: "share.outdated" });
    const { account: bare, left } = await finish(account);
    expect(left.received).toEqual([received]);
    const shares = sharesAs(bare);
    await expect(shares.open(received)).rejects.toMatchObject({ code: "share.outdated" });
    await expect(shares.name(received)).rejects.toMatchObject({ code: "share.outdated" });
    expect(await world.sharesOf(ben).renew(await ben.vaults.open("own"))).toBe(1);
    expect(await shares.open(received)).toMatchObject({ entry: { name: "Door" }, share: { opens: 1 } });
  });

  it("do not keep it from its end where the keys of whom they were given to are not to be believed", async () => {
    const { account } = await world.rotate(ann);
    const vaults = world.device(account, ann.api);
    const people = {
      ...vaults.people,
      learnAgain: async (id: Id<"user">) => {
        throw new PersonChanged(id, true);
      },
    };
    const { left } = await world.finish(account, world.apiOf(ann, agent), undefined, { ...vaults, people });
    expect(left.given.toSorted()).toEqual(given.toSorted());
  });
});
