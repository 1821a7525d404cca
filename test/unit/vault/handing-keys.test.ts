import { beforeEach, describe, expect, it } from "vitest";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { loginOf } from "#test/support/vault-world.ts";

describe("keys of a vault that are handed out", () => {
  let world: GroupWorld;
  let ann: Someone;
  let ben: Someone;
  let cleo: Someone;
  beforeEach(async () => {
    world = new GroupWorld();
    ann = await world.owner("work");
    ben = await world.colleague(ann, "ben");
    cleo = await world.colleague(ann, "cleo");
  });

  const presentCommit = async ({ vaultId }: Awaited<ReturnType<typeof share>>) => {
    const row = await ann.ctx.table.get(`IN#${vaultId}#VAULT`);
    return String(row?.["keyCommit"]);
  };
  const junk = encodeBase64url(new Uint8Array(64));

  it("do not take the place of a member's, unless whoever hands them looks after the members", async () => {
    const shared = await share(ann, [
      { who: ben, rights: [...EDIT, "share"] },
      { who: cleo, rights: MANAGE },
    ]);
    const { vaultId, book } = shared;
    await book.save(world.newItem(), loginOf("Bank"));
    const handed = { vaultId, keyCommit: await presentCommit(shared), keys: [{ userId: ann.account.uid, key: junk }] };
    await expect(ben.api.putKeys(handed)).rejects.toMatchObject({ code: "vault.forbidden" });
    expect(await (await world.freshDevice(ann).open(vaultId)).list()).toHaveLength(1);
    await cleo.api.putKeys(handed); // she may remove Ann altogether
  });

  it("reach somebody who is added by a member who may share and no more", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: [...EDIT, "share"] }]);
    await book.save(world.newItem(), loginOf("Bank"));
    await (await ben.vaults.open(vaultId)).addMember(cleo.account.uid, 3);
    await cleo.api.answerVault({ vaultId, answer: "accept" });
    expect(await (await cleo.vaults.open(vaultId)).list()).toHaveLength(1);
  });
});
