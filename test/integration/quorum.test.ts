import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ThresholdVault } from "#shared/client/vault/openings/threshold-vault.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { vaultsOf } from "#test/support/person-vaults.ts";
import { joinProduct } from "#test/support/product.ts";

const PASSPHRASE = "seven words that nobody else has said";

/** Who holds the shares of a vault, from the command line; the others play by the client's code. */
describe("ocmt vault quorum", { timeout: 60_000 }, () => {
  const place = joinProduct();
  const [ann, ben, joe] = [new Person(place), new Person(place), new Person(place)];
  let laptop: Machine;
  let vaultId: Id<"vault">;
  let bens: ThresholdVault;

  beforeAll(async () => {
    await ann.settle(PASSPHRASE);
    await ben.settleWith(ann, PASSPHRASE, "admin");
    await joe.settleWith(ann, PASSPHRASE);
    laptop = await Machine.make(place);
    await laptop.signIn(ann.email);
    await laptop.unlock(PASSPHRASE);
  });
  afterAll(async () => laptop.remove());

  const releaseOnce = async () => {
    for (;;) {
      const [asked] = (await bens.others()).filter(({ answered }) => answered === null);
      if (asked) return bens.answer(asked, "released");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  it("makes no vault with somebody who is neither owner nor admin", async () => {
    const { code, stderr } = await laptop.run(["vault", "new-threshold", "Break glass", joe.email, "--of", "2"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("neither owner nor admin")]);
  });

  it("says who holds shares, and what puts it right", async () => {
    const made = await laptop.json(["vault", "new-threshold", "Break glass", ben.email, "--of", "2"]);
    vaultId = idOf("vault").parse((made as { id: string }).id);
    await ben.api.vault.answerVault({ vaultId, answer: "accept" });
    bens = vaultsOf(ben).threshold(vaultId);
    const uids = [ann, ben].map(({ account }) => account?.uid);
    expect(await laptop.json(["vault", "quorum", "Break glass"])).toEqual({
      threshold: 2,
      holders: [ann, ben].map(({ account, email }) => ({ userId: account?.uid, email, lost: null })),
      next: { threshold: 2, holders: uids },
    });
  });

  it("makes another set once the others have released their shares, and not without a reason", async () => {
    const change = ["vault", "quorum", "Break glass", ben.email, "--of", "2"];
    expect(await laptop.run(change)).toMatchObject({ code: 2, stderr: expect.stringContaining("--reason") });
    const before = (await bens.read()).quorum.set.setId;
    const [changed] = await Promise.all([laptop.run([...change, "--reason", "A new set"]), releaseOnce()]);
    expect(changed).toMatchObject({ code: 0, stdout: expect.stringContaining("2 of 2 open Break glass") });
    expect((await bens.read()).quorum.set.setId).not.toBe(before);
  });

  it("is opened by two from their terminals, for the words that one reads to the other", async () => {
    const bensMachine = await Machine.enrol(place, ben.email, PASSPHRASE);
    const kept = openBy(laptop, ["--reason", "The alarm rings", "--note", "Code"], "4711");
    const words = await kept.words;
    const [asked] = await bensMachine.json<Opening[]>(["vault", "openings", "Break glass"]);
    expect(asked).toMatchObject({ from: ann.email, reason: "The alarm rings", words, answered: null });
    const release = (...said: string[]) => ["vault", "release", "Break glass", ...said];
    expect(await bensMachine.run(release(...words.split(" ").toReversed()))).toMatchObject({ code: 5, stdout: "" });
    expect(await bensMachine.json(release(...words.split(" ")))).toEqual({ id: asked?.id, answer: "released" });
    const { code, stdout } = await kept.done;
    expect([code, JSON.parse(stdout)]).toEqual([0, { id: expect.stringMatching(/^itm_/), name: "Code" }]);

    const denied = openBy(laptop, ["--reason", "Once more", "--get", "Code"]);
    await denied.words;
    const second = (await bensMachine.json<Opening[]>(["vault", "openings", "Break glass"])).find(
      ({ answered }) => answered === null,
    );
    expect(await bensMachine.json(release("--deny", second?.id ?? ""))).toEqual({ id: second?.id, answer: "denied" });
    await denied.until(/Denied by 1/);
    denied.breakOff();
    expect(await denied.done).toMatchObject({ code: null, stdout: "" });

    const read = openBy(laptop, ["--reason", "Once more", "--get", "Code"]);
    await bensMachine.json(release(...(await read.words).split(" ")));
    expect(JSON.parse((await read.done).stdout)).toMatchObject({ content: { text: "4711" } });
    await bensMachine.remove();
  });
});

interface Opening {
  readonly id: string;
  readonly answered: string | null;
}

/** The command that asks and waits, and what it says meanwhile. */
function openBy(machine: Machine, args: readonly string[], stdin = "") {
  const stop = Promise.withResolvers<void>();
  const news = new EventEmitter();
  let said = "";
  const done = machine.run(["--json", "vault", "open", "Break glass", ...args], {
    stdin,
    breakOff: stop.promise,
    onStderr(text) {
      said = text;
      news.emit("news");
    },
  });
  const until = async (what: RegExp): Promise<string> => {
    for (;;) {
      const found = what.exec(said);
      if (found) return found[1] ?? "";
      await once(news, "news", { signal: AbortSignal.timeout(30_000) });
    }
  };
  return { done, until, words: until(/release their shares: ([a-z ]+)\n/), breakOff: () => stop.resolve() };
}
