import { beforeEach, describe, expect, it } from "vitest";
import { putKeys } from "#lambdas/vault/members.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { signed } from "#shared/client/signed-write.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { quickArgon } from "#test/support/rotation-world.ts";
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
    const by = ({ account }: Someone) => signed(account, { what: "vault.keys", seq: book.head().chain.seq }, handed);
    await expect(ben.api.putKeys(by(ben))).rejects.toMatchObject({ code: "vault.forbidden" });
    expect(await (await world.freshDevice(ann).open(vaultId)).list()).toHaveLength(1);
    await cleo.api.putKeys(by(cleo)); // she may remove Ann altogether
  });

  it("are not brought back once the chain has gone on, whoever signed them", async () => {
    const shared = await share(ann, [{ who: cleo, rights: MANAGE }]);
    const { vaultId, book } = shared;
    const handed = { vaultId, keyCommit: await presentCommit(shared), keys: [{ userId: ann.account.uid, key: junk }] };
    const before = signed(cleo.account, { what: "vault.keys", seq: book.head().chain.seq }, handed);
    await book.addMember(ben.account.uid, 3);
    await expect(cleo.api.putKeys(before)).rejects.toMatchObject({ code: "vault.changed" });
    await expect(cleo.api.putKeys({ ...handed, signed: "" })).rejects.toMatchObject({ code: "keyring.unsigned" });
    expect(await (await world.freshDevice(ann).open(vaultId)).list()).toEqual([]);
  });

  it("are not put by a root, or on a chain, that is another by the time of the write", async () => {
    const { vaultId, book } = await share(ann, []);
    const keyCommit = encodeBase64url(book.head().chain.generations.at(-1)?.keyCommit ?? expect.unreachable());
    const handed = { vaultId, keyCommit, keys: [{ userId: ann.account.uid, key: junk }] };
    const request = signed(ann.account, { what: "vault.keys", seq: book.head().chain.seq }, handed);
    const keyring = world.keyringOf(ann.account.uid);
    const rotate = async () => {
      const means = { deriveArgon2id: quickArgon, now: world.clock };
      await keyring.changeKeyring((await rotateRoot(await keyring.getKeyring({}), ann.account, "x", means)).request);
    };
    const putWhile = (happens: () => Promise<unknown>) => {
      const { table } = ann.ctx;
      const write: typeof table.write = async (...changes) => {
        await happens();
        await table.write(...changes);
      };
      return putKeys({ ...ann.ctx, table: { ...table, write } }, request);
    };
    const stepped = putWhile(() => book.addMember(ben.account.uid, 3));
    await expect(stepped).rejects.toMatchObject({ code: "vault.changed" });
    Object.assign(request, signed(ann.account, { what: "vault.keys", seq: book.head().chain.seq }, handed));
    await expect(putWhile(rotate)).rejects.toMatchObject({ code: "keyring.changed" });
  });

  it("reach somebody who is added by a member who may share and no more", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: [...EDIT, "share"] }]);
    await book.save(world.newItem(), loginOf("Bank"));
    await (await ben.vaults.open(vaultId)).addMember(cleo.account.uid, 3);
    await cleo.api.answerVault({ vaultId, answer: "accept" });
    expect(await (await cleo.vaults.open(vaultId)).list()).toHaveLength(1);
  });
});
