import { beforeEach, describe, expect, it } from "vitest";
import { addDevice, listDevices } from "#lambdas/keyring/devices.ts";
import { changeKeyring, createKeyring, getKeyring, recordRecoveryCheck } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { signed } from "#shared/client/signed-write.ts";
import type { keyringContract } from "#shared/contracts/keyring.ts";
import type { Input } from "#shared/contracts/route.ts";
import { deriveRootKeys, makeRootKey, type RootKeys } from "#shared/crypto/account/root.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { newId } from "#shared/ids.ts";
import { World } from "#test/support/world.ts";

type Body = Input<(typeof keyringContract)["changeKeyring"]>;
const placeOf = ({ actor }: Ctx) => ({ tid: actor.tenantId, uid: actor.userId });
const signedBy = (root: RootKeys, ctx: Ctx, body: Omit<Body, "signed">) =>
  signed({ ...placeOf(ctx), root }, { what: "keyring.change", seq: body.slotSeq }, body);

describe("a keyring", () => {
  let world: World;
  let ctx: Ctx;
  let root: RootKeys;
  let body: Omit<Body, "slotSeq" | "signed">;
  beforeEach(() => {
    world = new World();
    ctx = world.ctx(world.person("member"));
    root = deriveRootKeys(makeRootKey(), { ...placeOf(ctx), urkGen: 1 });
    body = {
      slots: [
        { id: newId("slot", world.clock), type: "passphrase", blob: "AAAA" },
        { id: newId("slot", world.clock), type: "bip39", blob: "BBBB" },
      ],
      slotSet: "CCCC",
      rootGeneration: 1,
      rootPub: encodeBase64url(root.rootSign.publicKey),
      identity: "EEEE",
      bundle: "FFFF",
    };
  });
  const create = () => createKeyring(ctx, { ...body, slotSeq: 1 });
  const change = (slotSeq: number, more: Partial<Body> = {}, at = ctx) =>
    changeKeyring(at, signedBy(root, at, { ...body, ...more, slotSeq }));

  it("is kept as it came, once, with an audit line that says nothing of it", async () => {
    const made = await create();
    expect(await getKeyring(ctx)).toEqual({ ...made });
    expect(made).toMatchObject({ ...body, slotSeq: 1, recoveryCheckedAt: null });
    await expect(create()).rejects.toMatchObject({ code: "keyring.exists" });
    expect(world.auditEvents()).toEqual(["keyring.created"]);
    const line = [...world.store.rows.values()].find((row) => row["event"] === "keyring.created");
    expect(JSON.stringify(line)).not.toMatch(/AAAA|BBBB|CCCC|EEEE/);
  });

  it("does not exist before it is made", async () => {
    await expect(getKeyring(ctx)).rejects.toMatchObject({ code: "keyring.not_found" });
    await expect(change(2)).rejects.toMatchObject({ code: "keyring.not_found" });
    await expect(recordRecoveryCheck(ctx, { type: "bip39" })).rejects.toMatchObject({ code: "keyring.not_found" });
  });

  it("is its person's own: nobody else sees or changes it, in this organisation or another", async () => {
    await create();
    const { tenantId, userId } = ctx.actor;
    const colleague = world.ctx(world.person("owner", tenantId));
    const elsewhere = world.ctx({ ...world.person("owner"), userId });
    for (const other of [colleague, elsewhere]) {
      await expect(getKeyring(other)).rejects.toMatchObject({ code: "keyring.not_found" });
      const taken = change(2, {}, other);
      await expect(taken).rejects.toMatchObject({ code: "keyring.not_found" });
    }
  });

  it("changes one step at a time; of two changes at once, one is refused", async () => {
    await create();
    await expect(change(1)).rejects.toMatchObject({ code: "keyring.changed" });
    await expect(change(3)).rejects.toMatchObject({ code: "keyring.changed" });
    const both = await Promise.allSettled([change(2), change(2)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await getKeyring(ctx)).toMatchObject({ slotSeq: 2 });
    expect(world.auditEvents()).toEqual(["keyring.created", "keyring.changed"]);
  });

  it("keeps its root while the generation stays, and carries nothing then", async () => {
    await create();
    for (const more of [{ rootPub: "XXXX" }, { carry: "XXXX" }])
      await expect(change(2, more)).rejects.toMatchObject({ code: "keyring.rotation_wrong" });
  });

  it("has no slot twice", async () => {
    const [slot] = body.slots;
    body = { ...body, slots: slot ? [slot, slot] : [] };
    await expect(create()).rejects.toMatchObject({ code: "request.invalid" });
  });

  it("notes that the recovery phrase was proved, until the phrase changes", async () => {
    await create();
    expect(await recordRecoveryCheck(ctx, { type: "bip39" })).toMatchObject({
      recoveryCheckedAt: world.clock.toISOString(),
    });
    expect(await change(2)).toMatchObject({ recoveryCheckedAt: world.clock.toISOString() });
    const [first] = body.slots;
    const other = { id: newId("slot", world.clock), type: "bip39" as const, blob: "GGGG" };
    expect(await change(3, { slots: first ? [first, other] : [] })).toMatchObject({ recoveryCheckedAt: null });
    expect(world.auditEvents()).toContain("keyring.recovery_checked");
  });

  it("notes of words and key apart which was proved, and forgets it with the one that changed", async () => {
    await create();
    await expect(recordRecoveryCheck(ctx, { type: "hardware_key" })).rejects.toMatchObject({ code: "keyring.no_slot" });
    const key = { id: newId("slot", world.clock), type: "hardware_key" as const, blob: "HHHH" };
    await change(2, { slots: [...body.slots, key] });
    await recordRecoveryCheck(ctx, { type: "bip39" });
    const at = world.clock.toISOString();
    const both = { recoveryCheckedAt: at, recoveryKeyCheckedAt: at };
    expect(await recordRecoveryCheck(ctx, { type: "hardware_key" })).toMatchObject(both);
    const passkey = { id: newId("slot", world.clock), type: "passkey" as const, blob: "PPPP" };
    expect(await change(3, { slots: [...body.slots, key, passkey] })).toMatchObject(both);
    const renewed = { ...key, blob: "KKKK" };
    expect(await change(4, { slots: [...body.slots, renewed] })).toMatchObject({ ...both, recoveryKeyCheckedAt: null });
    const [passphrase] = body.slots;
    const without = await change(5, { slots: passphrase ? [passphrase, renewed] : [] });
    expect(without).toMatchObject({ recoveryCheckedAt: null, recoveryKeyCheckedAt: null });
  });

  it("keeps something that its person holds, and of each kind one at most", async () => {
    const slot = (type: Body["slots"][number]["type"]) => ({ id: newId("slot", world.clock), type, blob: "SSSS" });
    const refused = { code: "keyring.last_way" };
    const alone = [slot("passkey"), slot("device")];
    await expect(createKeyring(ctx, { ...body, slots: alone, slotSeq: 1 })).rejects.toMatchObject(refused);
    await create();
    await expect(change(2, { slots: alone })).rejects.toMatchObject(refused);
    await expect(change(2, { slots: [...body.slots, slot("passphrase")] })).rejects.toMatchObject(refused);
    expect(await change(2, { slots: [slot("hardware_key"), ...alone, slot("passkey")] })).toMatchObject({ slotSeq: 2 });
  });
});

describe("a device", () => {
  it("is enrolled once, and listed for its own person only", async () => {
    const world = new World();
    const ann = world.person("member");
    const input = { id: newId("device", world.clock), name: "Laptop", cert: "AAAA" };
    const device = await addDevice(world.ctx(ann), input);
    await expect(addDevice(world.ctx(ann), input)).rejects.toMatchObject({ code: "device.exists" });
    expect(await listDevices(world.ctx(ann))).toEqual({ items: [device], revocations: null });
    expect(await listDevices(world.ctx(world.person("owner", ann.tenantId)))).toEqual({ items: [], revocations: null });
    expect(world.auditEvents()).toEqual(["device.added"]);
  });
});
