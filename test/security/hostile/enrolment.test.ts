import { beforeEach, describe, expect, it, vi } from "vitest";
import { enrolDevice } from "#shared/client/device/enrol.ts";
import { revokeDevice } from "#shared/client/device/revoke.ts";
import { type Asking, type AskingMeans, takeAnswer } from "#shared/client/enrolment/ask.ts";
import type { LettingMeans } from "#shared/client/enrolment/let-in.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import type { AskingDevice } from "#shared/contracts/enrolments.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { sealAnswer } from "#shared/crypto/enrolment/answer.ts";
import { readEnrolment, sealEnrolment } from "#shared/crypto/enrolment/request.ts";
import { makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { EnrolmentWorld } from "#test/support/enrolment-world.ts";
import type { Someone } from "#test/support/group-world.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";

vi.setConfig({ testTimeout: 60_000 });

/**
 * A platform that passes the request on, and the answer back, as it likes. It has every row, every session and every public key; what it
 * does not have are the six words, which go from one screen to the other.
 */
const code = (value: string) => expect.objectContaining({ code: value });
const quick = { deriveArgon2id: async () => new Uint8Array(32).fill(7) };
type Sealed = Awaited<ReturnType<AskingMeans["api"]["take"]>>;

describe("a platform between a new device and an old one", () => {
  let world: EnrolmentWorld;
  let person: Someone;
  let old: LettingMeans;
  let fresh: AskingMeans;
  let asking: Asking;
  let words: string;
  const sent: Sealed[] = [];
  beforeEach(async () => {
    world = new EnrolmentWorld();
    person = await world.owner("ours");
    old = await world.openDevice(person);
    fresh = world.lockedDevice(person);
    ({ asking, words } = await world.ask(fresh));
    sent.length = 0;
  });

  /** The old device under a platform that shows it these requests, and hears what it sends. */
  const shown = (edit: (item: AskingDevice) => AskingDevice): LettingMeans => {
    const list = async () => ({ items: (await old.api.list({})).items.map(edit) });
    const letIn: LettingMeans["api"]["letIn"] = async ({ deviceId, sealed }) => {
      sent.push({ deviceId, sealed, cert: encodeBase64url(old.device.cert) });
      return { done: true };
    };
    return { ...old, api: { ...old.api, list, letIn } };
  };
  const honest = () => shown((item) => item);
  /** The new device under a platform that answers it this. */
  const answered = (answer: Sealed, more: Partial<AskingMeans["keyring"]> = {}): AskingMeans => ({
    ...fresh,
    api: { ...fresh.api, take: async () => answer },
    keyring: { ...fresh.keyring, ...more },
  });
  const answerOf = (
    account: Account,
    device: LettingMeans["device"],
    to: Asking,
    blind: Uint8Array = makeBytes(32),
  ): Sealed => {
    const parties = { ephemeral: to.request.ephemeralKey, device: device.keys.sign };
    const sealed = encodeBase64url(sealAnswer({ urk: account.root.urk, blind }, to.request, parties));
    return { deviceId: device.id, cert: encodeBase64url(device.cert), sealed };
  };

  it("B02 that puts its own key into the request is found out by the words, and is sent nothing", async () => {
    const theirs = makeKemKeys().publicKey;
    const forged = (edit: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array) =>
      shown((item) => ({ ...item, request: encodeBase64url(edit(decodeBase64url(item.request))) }));
    const swaps = [
      (bytes: Uint8Array) => Uint8Array.from([...bytes.subarray(0, 57), ...theirs, ...bytes.subarray(57 + 1216)]),
      (bytes: Uint8Array) => sealEnrolment({ ...readEnrolment(bytes), ephemeralKey: theirs }, makeBytes(32)),
      (bytes: Uint8Array) => sealEnrolment({ ...readEnrolment(bytes), name: "Your phone" }, makeBytes(32)),
      (bytes: Uint8Array) => bytes.with(bytes.length - 120, (bytes.at(-120) ?? 0) ^ 1), // one bit, and the rest as it was
    ];
    for (const swap of swaps)
      await expect(world.letIn(forged(swap), words)).rejects.toMatchObject({ name: "WordsDiffer" });
    expect(sent).toEqual([]);
    await world.letIn(
      forged((bytes) => bytes),
      words,
    );
    expect(sent).toHaveLength(1);
  });

  it("C06 that answers in the old device's place, with an account it has made up, is refused before anything opens", async () => {
    const { place } = fresh;
    const made = await makeKeyring(place, "whatever", { ...quick, now: world.clock });
    const at = { recoveryCheckedAt: null, createdAt: world.clock.toISOString(), updatedAt: world.clock.toISOString() };
    const invented = {
      getKeyring: async () => ({ ...made.request, ...at }),
      getIdentity: async () => ({ userId: place.uid, bundles: [made.request.bundle] }),
      listDevices: async () => ({ items: [], revocations: null }),
    };
    const keyring = { addDevice: async () => ({}) } as never; // takes anything
    const memory = { database: makeMemoryDatabase(), folder: "" };
    const device = await enrolDevice({ account: made.account, keyring, ...memory, name: "Old", now: world.clock });
    await expect(takeAnswer(answered(answerOf(made.account, device, asking), invented), asking)).rejects.toThrow(
      code("crypto.context"),
    );
    const told = answerOf(made.account, device, asking, asking.secret.blind); // whoever has the words can: they are all there is
    expect((await takeAnswer(answered(told, invented), asking)).account.uid).toBe(place.uid);
  });

  it("B24 that answers with what was meant for another request, person or root is refused", async () => {
    const colleague = await world.colleague(person, "colleague");
    const theirs = await world.openDevice(colleague);
    const another = await world.ask(world.lockedDevice(person));
    await world.letIn(honest(), another.words);
    const [replayed = expect.unreachable()] = sent;
    await expect(takeAnswer(answered(replayed), asking)).rejects.toThrow(code("crypto.context"));
    const foreign = answerOf(colleague.account, theirs.device, asking, asking.secret.blind);
    await expect(takeAnswer(answered(foreign), asking)).rejects.toThrow(code("crypto.signature"));
    const underOldCert = { ...answerOf(colleague.account, old.device, asking, asking.secret.blind) };
    await expect(takeAnswer(answered(underOldCert), asking)).rejects.toThrow(code("crypto.context"));
    const { account } = await world.rotate(person);
    const renewed = await world.openDevice(person, account);
    const next = answerOf(account, renewed.device, asking, asking.secret.blind);
    await expect(takeAnswer(answered(next), asking)).rejects.toThrow(code("crypto.context"));
  });

  it("B20 that passes on the answer of a device which was taken back is refused, where it shows what was taken back", async () => {
    await world.letIn(honest(), words);
    const [answer = expect.unreachable()] = sent;
    const { account } = person;
    const revoking = { keyring: world.keyringOf(account.uid), account, database: makeMemoryDatabase(), folder: "" };
    await revokeDevice(revoking, old.device.id);
    await expect(takeAnswer(answered(answer), asking)).rejects.toThrow(code("crypto.context"));
  });

  it("B24 that shows a keyring, or statements, from before what this device has seen is refused", async () => {
    await world.letIn(honest(), words);
    const [answer = expect.unreachable()] = sent;
    const before = await fresh.keyring.getKeyring({});
    const slotSet = { slotSeq: 9, hash: new Uint8Array(32) };
    await fresh.database.put(`${fresh.folder}/keyring-pin`, { slotSet });
    await expect(takeAnswer(answered(answer), asking)).rejects.toThrow(code("crypto.rollback"));
    await fresh.database.remove(`${fresh.folder}/keyring-pin`);
    const { account } = await world.rotate(person);
    await expect(takeAnswer(answered(answer, { getKeyring: async () => before }), asking)).rejects.toThrow(
      code("crypto.rollback"),
    );
    expect(account.root.urkGen).toBe(2);
  });
});
