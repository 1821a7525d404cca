import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { chooseContacts } from "#shared/client/recovery/contacts-set.ts";
import { startAsking, wordsToRead } from "#shared/client/recovery/own-recovery.ts";
import { openVaults } from "#shared/client/vault/vaults.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { checkSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { Machine } from "#test/support/machine.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { setTier } from "#test/support/set-tier.ts";

const PASSPHRASE = "seven words that nobody else has said";

/** Recovery by contacts on the command line: who holds what, giving one's share, and stopping somebody. */
describe("ocmt recovery contacts, release and cancel", () => {
  const place = joinProduct();
  const ann = new Person(place);
  const friends = [1, 2, 3].map(() => new Person(place));
  const machines: Machine[] = [];
  let anns: Machine;
  let bens: Machine;
  const accountOf = ({ account }: Person) => account ?? expect.unreachable();
  const now = () => new Date();
  const contacts = async (machine: Machine) => (await machine.run(["recovery", "contacts"])).stdout;
  const lineOf = (stdout: string, { email }: Person) => stdout.split("\n").find((line) => line.startsWith(email));

  async function machineOf({ email }: Person, passphrase?: string): Promise<Machine> {
    const machine = await Machine.make(place);
    machines.push(machine);
    await machine.signIn(email);
    if (passphrase) await machine.unlock(passphrase);
    return machine;
  }

  /** As the settings do it. */
  async function choose(): Promise<void> {
    const { vault, keyring, recovery } = ann.api;
    const account = accountOf(ann);
    const transfer = { put: async () => undefined, get: async () => new Uint8Array(0) };
    const kept = { database: makeMemoryDatabase(), folder: "", transfer: transfer as never, now }; // no files here
    const vaults = openVaults({ api: vault, keyring, account, ...kept });
    for (const friend of friends) await vaults.verify(await vaults.contact(accountOf(friend).uid));
    const served = await keyring.getKeyring({});
    const blobs = served.slots.map(({ blob }) => decodeBase64url(blob));
    const { root } = account;
    const slotSet = checkSlotSet(decodeBase64url(served.slotSet), blobs, { place: root, slotMac: root.slotMac });
    const means = { api: recovery, keyring, account, vaults, pin: { slotSet }, deriveArgon2id, now };
    const chosen = { contacts: friends.map((one) => accountOf(one).uid), threshold: 2, passphrase: PASSPHRASE };
    await chooseContacts({ ...means, keepPin: async () => undefined }, chosen);
  }

  /** A browser that lost everything; gives the words that it shows. */
  async function ask(): Promise<string> {
    const { recovery: api, keyring } = ann.api;
    const { tid, uid } = accountOf(ann);
    const { set } = await api.getSet({});
    const means = { api, keyring, place: { tid, uid }, database: makeMemoryDatabase(), folder: "", now };
    return wordsToRead(await startAsking(means, set ?? expect.unreachable())).join(" ");
  }

  beforeAll(async () => {
    await ann.settle(PASSPHRASE, "Contacts");
    await setTier(place, accountOf(ann).tid, "pro");
    for (const friend of friends) await friend.settleWith(ann, PASSPHRASE);
    anns = await machineOf(ann, PASSPHRASE);
    bens = await machineOf(friends[0] ?? ann, PASSPHRASE);
  });
  afterAll(async () => {
    for (const machine of machines) await machine.remove();
    await ann.retire();
  });

  it("show who holds a share of whom, and who asks for it, on both sides", async () => {
    for (const friend of friends) expect(lineOf(await contacts(anns), friend)).toBeUndefined();
    await choose();
    for (const friend of friends) expect(lineOf(await contacts(anns), friend)).toContain("holds your share");
    expect(lineOf(await contacts(bens), ann)).toMatch(/you hold theirs\s*$/);
    await ask();
    expect(lineOf(await contacts(bens), ann)).toMatch(/you hold theirs\s+asks for it/);
    expect(await contacts(anns)).toContain("A recovery of your vault was started");
  });

  it("give the share for the six words of the one who asks, and for no others", async () => {
    const words = await ask();
    const release = (heard: string) => bens.run(["recovery", "release", ann.email], { stdin: `${heard}\n` });
    const given = async () => (await ann.api.recovery.list({})).items.map(({ released }) => released.length);
    const refused = await release(words.split(" ").toReversed().join(" "));
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("Nothing was released.") });
    expect(await given()).toEqual([0, 0]);
    expect(await release(words)).toMatchObject({ code: 0, stdout: "Released.\n" });
    expect(await given()).toEqual([1, 0]); // the newest first
    expect(await anns.run(["recovery", "release", friends[1]?.email ?? ""], { stdin: `${words}\n` })).toMatchObject({
      stderr: expect.stringContaining("You hold no share for this person."),
    });
  });

  it("stop all that are under way where the vault is open, and none where it is locked", async () => {
    const locked = await machineOf(ann);
    const refused = await locked.run(["recovery", "cancel"]);
    expect(refused).toMatchObject({ stderr: expect.stringContaining("The vault is locked.") });
    expect((await ann.api.recovery.list({})).items).toHaveLength(2);
    expect(await anns.run(["recovery", "cancel"])).toMatchObject({ code: 0, stdout: "2 cancelled.\n" });
    expect((await ann.api.recovery.list({})).items).toEqual([]);
    expect(lineOf(await contacts(bens), ann)).toMatch(/you hold theirs\s*$/);
  });
});
