import { beforeEach, describe, expect, it } from "vitest";
import { changePassphrase } from "#shared/client/change-keyring.ts";
import { dismissContacts } from "#shared/client/recovery/contacts-set.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { signed } from "#shared/client/signed-write.ts";
import { deriveRootKeys, makeRootKey } from "#shared/crypto/account/root.ts";
import type { WriteKind } from "#shared/crypto/account/signed-write.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { newId } from "#shared/ids.ts";
import { type Friend, RecoveryWorld } from "#test/support/recovery-world.ts";
import { quickArgon } from "#test/support/rotation-world.ts";
import { loginOf } from "#test/support/vault-world.ts";

/** Whoever has the session of a person, or reads their mail: every client of theirs, and none of their keys. */
let world: RecoveryWorld;
let owner: Friend;
let friends: Friend[];

beforeEach(async () => {
  world = new RecoveryWorld();
  ({ owner, friends } = await world.circle(3));
  await (await owner.vaults.open("own")).save(world.newItem(), loginOf("Bank"));
});

const junk = encodeBase64url(new Uint8Array(64));
const keyring = () => world.keyringOf(owner.account.uid);
const means = () => ({ deriveArgon2id: quickArgon, now: world.clock });
const own = async () => {
  const head = (await owner.vaults.open("own")).head();
  return {
    vaultId: head.vaultId,
    keyCommit: encodeBase64url(head.chain.generations.at(-1)?.keyCommit ?? expect.unreachable()),
    seq: head.chain.seq,
  };
};
/** Every keyring, vault and share that the platform keeps. */
const kept = () =>
  world
    .keptTexts()
    .filter((text) => /"sk":"(KEYRING|CARRY|SHARES|HELD|IN)#/.test(text))
    .toSorted();

interface Attempt {
  readonly what: WriteKind;
  readonly seq: number;
  readonly body: object;
  readonly send: (signature: string) => Promise<unknown>;
}

/** Each write that could lock the owner out, as it would be sent now. */
async function attempts(): Promise<Attempt[]> {
  const { set } = await owner.recovery.getSet({});
  const before = await keyring().getKeyring({});
  const {
    carry: _,
    recoveryCheckedAt: __,
    recoveryKeyCheckedAt: ___,
    createdAt: ____,
    updatedAt: _____,
    ...slots
  } = before;
  const next = {
    ...slots,
    slotSeq: before.slotSeq + 1,
    slots: [{ id: newId("slot", world.clock), type: "bip39" as const, blob: junk }],
  };
  const { isAlive: a, createdAt: b, sealedTo: c, contacts, ...body } = set ?? expect.unreachable();
  const replaced = {
    ...body,
    replaces: body.setId,
    shares: contacts.map((contactId) => ({ contactId, sealedTo: junk.slice(0, 43), share: junk })),
  };
  const { seq, ...vault } = await own();
  const keys = { ...vault, keys: [{ userId: owner.account.uid, key: junk }] };
  const { slotSeq, rootGeneration } = before;
  const { setId } = body;
  return [
    {
      what: "keyring.change",
      seq: next.slotSeq,
      body: next,
      send: (signature) => keyring().changeKeyring({ ...next, signed: signature }),
    },
    {
      what: "keyring.finish",
      seq: rootGeneration,
      body: { rootGeneration },
      send: (signature) => keyring().finishRotation({ rootGeneration, signed: signature }),
    },
    { what: "vault.keys", seq, body: keys, send: (signature) => owner.api.putKeys({ ...keys, signed: signature }) },
    {
      what: "recovery.put",
      seq: slotSeq,
      body: replaced,
      send: (signature) => owner.recovery.putSet({ ...replaced, signed: signature }),
    },
    {
      what: "recovery.remove",
      seq: slotSeq,
      body: { setId },
      send: (signature) => owner.recovery.removeSet({ setId, signed: signature }),
    },
  ];
}

describe("somebody who is signed in and has no key", () => {
  beforeEach(async () => void (await world.choose(owner, friends, 2)));

  it("replaces no slots, no sealed keys and no contacts, and ends no change of keys: nothing is lost", async () => {
    const { tid, uid } = owner.account;
    const theirs = { tid, uid, root: deriveRootKeys(makeRootKey(), { tid, uid, urkGen: 1 }) };
    const before = kept();
    const all = await attempts();
    for (const { what, seq, body, send } of all) {
      const byIdentity = { tid, uid, root: { ...theirs.root, rootSign: owner.account.identity.sign } };
      const mine = [signed(theirs, { what, seq }, body), signed(byIdentity, { what, seq }, body)];
      const ofAnother = all.map((other) =>
        signed(owner.account, { what: other.what, seq }, other.what === what ? { ...body, more: 1 } : body),
      );
      for (const one of ["", "AAAA", ...[...mine, ...ofAnother].map((request) => request.signed)])
        await expect(send(one), what).rejects.toMatchObject({ code: "keyring.unsigned" });
    }
    expect(kept()).toEqual(before);
    expect(await (await world.freshDevice(owner).open("own")).list()).toHaveLength(1);
    for (const { what, seq, body, send } of all.toReversed()) {
      if (what === "recovery.put" || what === "keyring.change") continue;
      await send(signed(owner.account, { what, seq }, body).signed); // the same with the right word does go
    }
  });

  it("brings back nothing that the owner has signed before", async () => {
    const { account } = owner;
    const all = (await attempts()).map((one) => ({ ...one, word: signed(account, one, one.body).signed }));
    await dismissContacts(
      await world.ownerMeans(owner),
      (await owner.recovery.getSet({})).set?.setId ?? expect.unreachable(),
      "a passphrase",
    );
    const words = { present: "a passphrase", next: "another" };
    const change = await changePassphrase(await keyring().getKeyring({}), account, words, {
      ...means(),
      deriveArgon2id: async () => new Uint8Array(32).fill(7),
    });
    await keyring().changeKeyring(change.request);
    for (const { what, send, word } of all) {
      if (what === "vault.keys" || what === "keyring.finish") continue;
      await expect(send(word), what).rejects.toMatchObject({
        code: expect.stringMatching(/^(keyring|recovery)\.(changed|set_changed|set_dead|no_set)$/),
      });
    }
    await expect(keyring().changeKeyring(change.request)).rejects.toMatchObject({ code: "keyring.changed" });
  });

  it("D08 uses no word of a root that is no more", async () => {
    const all = await attempts();
    const { request, account } = await rotateRoot(await keyring().getKeyring({}), owner.account, "another", means());
    await keyring().changeKeyring(request);
    const after = await attempts();
    for (const [at, { what, send, seq, body }] of after.entries()) {
      const before = all[at] ?? expect.unreachable();
      await expect(send(signed(owner.account, { what, seq }, body).signed)).rejects.toMatchObject({
        code: "keyring.unsigned",
      });
      await expect(before.send(signed(owner.account, { what, seq: before.seq }, before.body).signed)).rejects.toThrow();
    }
    expect((await keyring().getKeyring({})).carry).toBe(request.carry);
    await keyring().finishRotation(signed(account, { what: "keyring.finish", seq: 2 }, { rootGeneration: 2 }));
    expect((await keyring().getKeyring({})).carry).toBeUndefined();
  });
});
