import { beforeEach, describe, expect, it } from "vitest";
import { changeKeyring, finishRotation, showKeyring } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { changePassphrase } from "#shared/client/change-keyring.ts";
import type { Account } from "#shared/client/keyring.ts";
import { type Rotation, rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { signed } from "#shared/client/signed-write.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { quickArgon } from "#test/support/rotation-world.ts";
import { VaultWorld } from "#test/support/vault-world.ts";

let world: VaultWorld;
let ctx: Ctx;
let account: Account;
const wrong = { code: "keyring.rotation_wrong" };

beforeEach(async () => {
  world = new VaultWorld();
  ({ ctx, account } = await world.keeper("work"));
});

const means = () => ({ deriveArgon2id: quickArgon, now: world.clock });
/** The same again, with something else in it. */
const altered = ({ signed: _, ...request }: Rotation["request"], more: Partial<Rotation["request"]>, by = account) => {
  const body = { ...request, ...more };
  return signed(by, { what: "keyring.change", seq: body.slotSeq }, body);
};
const ending = (rootGeneration: number, by: Account) =>
  signed(by, { what: "keyring.finish", seq: rootGeneration }, { rootGeneration });
const next = async (of: Account = account) => rotateRoot(await showKeyring(ctx), of, "another", means());

describe("the next root of an account, at the platform", () => {
  it("is kept whole, with what it carries and the statement it goes on from", async () => {
    const { request } = await next();
    const { signed: _, ...kept } = request;
    expect(await changeKeyring(ctx, request)).toMatchObject(kept);
    expect(await showKeyring(ctx)).toMatchObject({ rootGeneration: 2, carry: request.carry, recoveryCheckedAt: null });
    expect(world.auditEvents()).toContain("keyring.rotated");
  });

  it("is one further than the last, never two and never one before", async () => {
    const { request, account: after } = await next();
    await expect(changeKeyring(ctx, altered(request, { rootGeneration: 3 }))).rejects.toMatchObject(wrong);
    await changeKeyring(ctx, request);
    const back = altered(request, { rootGeneration: 1, slotSeq: 3 }, after);
    await expect(changeKeyring(ctx, back)).rejects.toMatchObject(wrong);
  });

  it("needs the word of the root before it, slots of its own, another identity and what it carries", async () => {
    const before = await showKeyring(ctx);
    const { request } = await next();
    const { carry: _, ...without } = request;
    await expect(changeKeyring(ctx, altered(without, {}))).rejects.toMatchObject(wrong);
    for (const kept of [{ slots: before.slots }, { identity: before.identity }, { rootPub: before.rootPub }])
      await expect(changeKeyring(ctx, altered(request, kept))).rejects.toMatchObject(wrong);
    const own = encodeBase64url(account.root.rootSign.publicKey);
    await expect(changeKeyring(ctx, altered(request, { rootPub: own }))).rejects.toMatchObject(wrong);
    await expect(changeKeyring(ctx, altered(request, { bundle: before.bundle }))).rejects.toMatchObject(wrong);
    expect(await showKeyring(ctx)).toEqual(before);
  });

  it("is taken once of two that are made at once", async () => {
    const both = await Promise.all([next(), next()]);
    const kept = await Promise.allSettled(both.map(({ request }) => changeKeyring(ctx, request)));
    expect(kept.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(kept.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "keyring.changed" } });
  });

  it("keeps what it carries through a change of its slots, until it is said to be done", async () => {
    const { request, account: after } = await next();
    await changeKeyring(ctx, request);
    const words = { present: "another", next: "a third" };
    const change = await changePassphrase(await showKeyring(ctx), after, words, means());
    expect(await changeKeyring(ctx, change.request)).toMatchObject({ carry: request.carry });
    await expect(finishRotation(ctx, ending(1, account))).rejects.toMatchObject({ code: "keyring.changed" });
    for (let twice = 0; twice < 2; twice++) await finishRotation(ctx, ending(2, after));
    expect((await showKeyring(ctx)).carry).toBeUndefined();
  });

  it("does not lose what a later root carries to a device that ends the earlier change", async () => {
    const first = await next();
    await changeKeyring(ctx, first.request);
    const second = await next(first.account);
    await changeKeyring(ctx, second.request);
    await expect(finishRotation(ctx, ending(2, first.account))).rejects.toMatchObject({ code: "keyring.changed" });
    expect(await showKeyring(ctx)).toMatchObject({ rootGeneration: 3, carry: second.request.carry });
  });
});
