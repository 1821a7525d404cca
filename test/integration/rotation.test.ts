import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Agent } from "#shared/contracts/agents.ts";
import { FROM_SOURCE, Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { makeSentinel } from "#test/support/sentinels.ts";
import { setAttribute } from "#test/support/set-attribute.ts";

const OLD = "seven words that nobody else has said";
const NEXT = "other words that nobody else has said either";
const LAST = "and yet another passphrase that is long enough";

const OTHER = Buffer.alloc(600).toString("base64url");

interface Changed {
  readonly recoveryPhrase: string;
  readonly sessionKey: string;
}

/** Lost a machine, found the words: everything is changed, and nothing is lost. */
describe("all keys are changed on the command line", () => {
  const place = joinProduct();
  const person = new Person(place);
  const secret = makeSentinel("rotated-password");
  let laptop: Machine;
  let agent: Agent;
  let words = "";
  let envelope = "";

  beforeAll(async () => {
    await person.settle(OLD);
    laptop = await Machine.make(place, FROM_SOURCE);
    await laptop.signIn(person.email);
    await laptop.unlock(OLD);
    await laptop.run(["vault", "put", "Bank", "--ask", "password"], { stdin: `${secret}\n` });
    agent = await person.deploy("Ada");
    await person.isOpen();
    const said = await laptop.run(["agent", "chat", "Ada", "remember the word zebra"]);
    expect(said).toMatchObject({ code: 0 });
    person.link?.close();
  });
  afterAll(async () => {
    await person.retire();
    await laptop.remove();
  });

  /** As a platform that shows other secrets of the agent than those it was given. */
  async function changeEnvelope(blob: string): Promise<void> {
    const tid = person.account?.tid ?? expect.unreachable();
    envelope = await setAttribute(place, { tid, sk: `OF#${agent.id}#ENVELOPE`, name: "blob" }, blob);
  }

  const opensBy = async (typed: string, ...more: string[]) =>
    (await laptop.run(["unlock", "--raw", ...more], { stdin: `${typed}\n`, sessionKey: undefined })).code;

  it("changes nothing for who does not know the present passphrase, or types the next one differently", async () => {
    for (const stdin of [`${NEXT}\n${NEXT}\n${NEXT}\n`, `${OLD}\n${NEXT}\n${LAST}\n`, `${OLD}\nshort\nshort\n`])
      expect((await laptop.run(["keys", "rotate"], { stdin })).code).toBeGreaterThan(1);
    expect(await opensBy(OLD)).toBe(0);
  });

  it("seals the vault and the running agent anew, which then wakes with what was said", async () => {
    const changed = await laptop.json<Changed>(["keys", "rotate"], { stdin: `${OLD}\n${NEXT}\n${NEXT}\n` });
    words = changed.recoveryPhrase;
    laptop.sessionKey = changed.sessionKey;
    expect(words.split(" ")).toHaveLength(12);
    expect((await person.api.keyring.getKeyring({})).carry).toBeUndefined();
    expect(await laptop.run(["vault", "get", "Bank", "password"])).toMatchObject({ stdout: `${secret}\n` });
    const answer = await laptop.json(["agent", "chat", "Ada"], { stdin: "what did I say before?" });
    expect(answer).toMatchObject({ state: "final" });
    const { saved, generation } = await person.api.agents.get({ agentId: agent.id });
    expect(saved?.seq).toBeGreaterThan(0);
    expect(generation).toBeGreaterThan(agent.generation);
  });

  it("opens nothing by the old passphrase, the old words, or a key given out before", async () => {
    expect(await opensBy(OLD)).toBe(4);
    expect(
      (await laptop.run(["unlock", "--words"], { stdin: `${person.recoveryPhrase}\n${LAST}\n${LAST}\n` })).code,
    ).toBe(4);
    expect(await opensBy(NEXT)).toBe(0);
  });

  it("takes the words only together with other keys, and names an agent that is shown falsely", async () => {
    await changeEnvelope(OTHER);
    const ran = await laptop.run(["unlock", "--words", "--raw"], { stdin: `${words}\n${LAST}\n${LAST}\n` });
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("twelve new words") });
    expect(ran.stderr).toContain(`Not under the new keys yet: Ada (${agent.id}).`);
    laptop.sessionKey = ran.stdout.trim();
    expect(await laptop.run(["vault", "get", "Bank", "password"])).toMatchObject({ stdout: `${secret}\n` });
  });

  it("is gone on with what was left, and only with that", async () => {
    const left = { vaults: [], agents: [agent.id], keyKept: [] };
    expect(await laptop.json(["keys", "finish"])).toEqual({ finished: false, left });
    await changeEnvelope(envelope);
    const finished = await laptop.json(["keys", "finish"]);
    expect(finished).toEqual({ finished: true, left: { ...left, agents: [] } });
    expect((await person.api.keyring.getKeyring({})).carry).toBeUndefined();
    const again = await laptop.run(["keys", "finish"]);
    expect(again).toMatchObject({ code: 0, stdout: "Nothing is left to do.\n" });
    expect(await opensBy(NEXT)).toBe(4);
  });
});
