import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { releaseShare } from "#shared/client/recovery/held-share.ts";
import { startAsking, wordsToRead } from "#shared/client/recovery/own-recovery.ts";
import type { Id } from "#shared/ids.ts";
import { filesBelow } from "#test/support/files-below.ts";
import { Machine } from "#test/support/machine.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { Person } from "#test/support/person.ts";
import { vaultsOf } from "#test/support/person-vaults.ts";
import { platformView, type Seen } from "#test/support/platform-view.ts";
import { joinProduct } from "#test/support/product.ts";
import { openRecordingProxy } from "#test/support/recording-proxy.ts";
import { findSentinels } from "#test/support/sentinels.ts";
import { setAttribute } from "#test/support/set-attribute.ts";
import { setTier } from "#test/support/set-tier.ts";

const PASSPHRASE = "seven words that nobody else has said";
const NEXT = "the words of who had only friends left";

/** Recovery by contacts on the command line: who is chosen, who holds what, giving one's share, and stopping somebody. */
describe("ocmt recovery choose, contacts, release and cancel", () => {
  const place = joinProduct();
  const ann = new Person(place);
  const friends = [1, 2, 3].map(() => new Person(place));
  const machines: Machine[] = [];
  const sent: Seen[] = []; // by the machine that lost everything, and what it was answered
  let proxy: Awaited<ReturnType<typeof openRecordingProxy>>;
  let anns: Machine;
  let bens: Machine;
  let fresh: Machine;
  const accountOf = ({ account }: Person) => account ?? expect.unreachable();
  const now = () => new Date();
  const contacts = async (machine: Machine) => (await machine.run(["recovery", "contacts"])).stdout;
  const lineOf = (stdout: string, { email }: Person) => stdout.split("\n").find((line) => line.startsWith(email));

  async function machineOf({ email }: Person, passphrase?: string, url = place.url): Promise<Machine> {
    const machine = await Machine.make({ ...place, url });
    machines.push(machine);
    await machine.signIn(email);
    if (passphrase) await machine.unlock(passphrase);
    return machine;
  }

  const emails = friends.map(({ email }) => email);
  const choose = (of: string, passphrase: string) =>
    anns.run(["recovery", "choose", ...emails, "--of", of], { stdin: `${passphrase}\n` });

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
    proxy = await openRecordingProxy(place.url, sent);
    fresh = await machineOf(ann, undefined, proxy.url);
  });
  afterAll(async () => {
    proxy.close();
    for (const machine of machines) await machine.remove();
    await ann.retire();
  });

  it("are chosen by the passphrase, and only of people whose safety number was compared", async () => {
    for (const [wanted, says] of [
      [emails.slice(1), "It takes 3 to 10 different people."],
      [[...emails, "nobody@people.example"], "Nobody of your organisation has the address nobody@people.example"],
    ] as const)
      expect((await anns.run(["recovery", "choose", ...wanted])).stderr).toContain(says);
    expect(await choose("4", PASSPHRASE)).toMatchObject({ code: 2, stderr: expect.stringContaining("3 at most") });
    const unverified = await choose("2", PASSPHRASE);
    expect(unverified).toMatchObject({ code: 2, stderr: expect.stringContaining("First: ocmt people verify") });
    for (const email of emails) {
      const { safetyNumber } = await anns.json<{ safetyNumber: string }>(["people", "verify", email]);
      await anns.json(["people", "verify", email, "--same", safetyNumber]);
    }
    expect(await choose("2", "another passphrase than this vault has")).toMatchObject({ code: 4 });
    expect((await ann.api.recovery.getSet({})).set).toBeNull();
    expect((await ann.api.keyring.getKeyring({})).slots.map(({ type }) => type)).not.toContain("contacts");
  });

  it("show who holds a share of whom, and who asks for it, on both sides", async () => {
    for (const friend of friends) expect(lineOf(await contacts(anns), friend)).toBeUndefined();
    expect(await choose("2", PASSPHRASE)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^2 of 3 are enough/),
    });
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
    const refused = await fresh.run(["recovery", "cancel"]);
    expect(refused).toMatchObject({ stderr: expect.stringContaining("The vault is locked.") });
    expect((await ann.api.recovery.list({})).items).toHaveLength(2);
    expect(await anns.run(["recovery", "cancel"])).toMatchObject({ code: 0, stdout: "2 cancelled.\n" });
    expect((await ann.api.recovery.list({})).items).toEqual([]);
    expect(lineOf(await contacts(bens), ann)).toMatch(/you hold theirs\s*$/);
  });

  it("hold nothing any more once they are removed, and are then not a way to open the vault", async () => {
    const remove = () => anns.run(["recovery", "choose", "--remove"], { stdin: `${PASSPHRASE}\n` });
    expect(await remove()).toMatchObject({ code: 0, stdout: expect.stringContaining("Removed.") });
    for (const friend of friends) expect(lineOf(await contacts(anns), friend)).toBeUndefined();
    expect(lineOf(await contacts(bens), ann)).toBeUndefined();
    expect((await ann.api.keyring.getKeyring({})).slots.map(({ type }) => type)).not.toContain("contacts");
    expect(await remove()).toMatchObject({ code: 5 });
  });

  describe("open the vault of who has nothing else", () => {
    let asked: Asked;
    let recovered = "";
    const open = (stdin = "") => fresh.run(["unlock", "--contacts", "--raw"], { stdin });
    const wordsAsked = () => asked.words.join(" ");

    /** As on a machine of theirs, without starting one. */
    async function releaseBy(friend: Person): Promise<void> {
      const [held] = (await friend.api.recovery.listHeld({})).items;
      const means = { api: friend.api.recovery, account: accountOf(friend), vaults: vaultsOf(friend) };
      await releaseShare(means, held ?? expect.unreachable(), wordsAsked());
    }

    /** The wait is the operator's to keep; the tests of the browser sit it out. */
    async function endWait(): Promise<void> {
      const { tid, uid } = accountOf(ann);
      const sk = `RECOVERY#${uid}#${asked.recoveryId}`;
      await setAttribute(place, { tid, sk, name: "collectableAt" }, now().toISOString());
    }

    beforeAll(async () => {
      expect(await choose("2", PASSPHRASE)).toMatchObject({ code: 0 });
      const put = ["vault", "put", "Bank", "--ask", "password"];
      expect(await anns.run(put, { stdin: "of the bank\n" })).toMatchObject({ code: 0 });
    });

    it("by six words, which are the same when they are asked for again; and by nothing before the wait is over", async () => {
      expect(await open()).toMatchObject({ code: 5, stderr: expect.stringContaining("ocmt recovery ask") });
      asked = await fresh.json<Asked>(["recovery", "ask"]);
      expect(asked).toMatchObject({ given: 0, needed: 2, isTime: false });
      expect(asked.words).toHaveLength(6);
      expect(await bens.run(["recovery", "release", ann.email], { stdin: `${wordsAsked()}\n` })).toMatchObject({
        code: 0,
      });
      const { words, recoveryId } = asked;
      expect(await fresh.json(["recovery", "ask"])).toMatchObject({ words, recoveryId, given: 1, isEnough: false });
      expect(await open()).toMatchObject({ code: 4, stderr: expect.stringContaining("The wait is not over") });
    });

    it("with as many shares as were said, under another passphrase; what opened it before is dead", async () => {
      await endWait();
      expect(await open()).toMatchObject({ code: 4, stderr: expect.stringContaining("1 of 2 shares") });
      const [, second] = friends;
      await releaseBy(second ?? expect.unreachable());
      expect(await open(`${NEXT}\nsomething else that is long enough\n`)).toMatchObject({ code: 2 });
      const { code, stdout, stderr } = await open(`${NEXT}\n${NEXT}\n`);
      expect([code, stderr]).toEqual([0, expect.stringMatching(TWELVE)]);
      recovered = TWELVE.exec(stderr)?.[0] ?? "";
      fresh.sessionKey = stdout.trim();
      expect(await fresh.run(["vault", "get", "Bank", "password"])).toMatchObject({ code: 0, stdout: "of the bank\n" });
      expect(await anns.run(["unlock", "--raw"], { stdin: `${PASSPHRASE}\n` })).toMatchObject({ code: 4 });
      expect(await fresh.run(["recovery", "check"], { stdin: `${recovered}\n` })).toMatchObject({ code: 0 });
      expect((await ann.api.recovery.list({})).items).toEqual([]);
      expect(await open()).toMatchObject({ code: 5 });
    });

    it("B12 and leave neither words nor passphrase with the platform, nor on the machine", async () => {
      async function* everything(): AsyncGenerator<Seen> {
        yield* sent;
        yield* filesBelow(fresh.home);
        yield* filesBelow(place.folder);
        yield* platformView(place.endpoint);
      }
      const { recoveryId } = asked; // the platform gave it, so it is found
      const found = await findSentinels([wordsAsked(), NEXT, recovered, recoveryId], everything());
      expect(found.filter((where) => !where.startsWith(recoveryId))).toEqual([]);
      expect(found.some((where) => where.includes("request GET"))).toBe(true);
    });
  });
});

interface Asked {
  readonly recoveryId: Id<"recovery">;
  readonly words: readonly string[];
}

const TWELVE = /^[a-z]+(?: [a-z]+){11}$/m;
