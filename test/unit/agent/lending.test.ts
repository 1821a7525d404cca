import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { signRevocation } from "#shared/crypto/grants/revocation.ts";
import { LentWorld, refusalOf, SITE, use, VALUE } from "#test/support/lent-world.ts";
import { findSentinels } from "#test/support/sentinels.ts";
import { chat, place } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";

vi.setConfig({ testTimeout: 30_000 });

/** A supervisor as it really is, and another person's agent, between a platform that is honest. */
describe("I07 an agent that acts for another person's", () => {
  let lent: LentWorld;
  beforeEach(async () => {
    lent = await LentWorld.open();
  });
  afterEach(() => lent.close());

  const lend = async (more: Parameters<LentWorld["grantOf"]>[0] = {}) => {
    const grant = lent.grantOf(more);
    const bytes = lent.sign(grant);
    await lent.offer(bytes);
    return { grant, bytes, borrower: lent.borrower(grant) };
  };
  const revocationOf = (grantId: Parameters<typeof signRevocation>[0]["grantId"], by = lent.world.account.identity) =>
    encodeBase64url(signRevocation({ grantId, tid: place.tid, issuer: place.uid }, Date.now(), by.sign.secretKey));

  it("sends the request with the value, answers with it masked, and counts", async () => {
    const { grant, borrower } = await lend();
    expect(borrower.list()).toMatchObject([{ name: "weather", references: ["weather/key"], sites: [SITE] }]);
    expect(await use(borrower)).toMatchObject({ status: 200, body: "You sent [vault:weather/key]." });
    expect(lent.heard).toEqual([{ url: `${SITE}/v1`, key: VALUE }]);
    expect(lent.keptWhenHeard).toEqual([2]); // counted before it was sent
    await until(() => expect(lent.held()?.lent).toEqual([{ grantId: grant.grantId, uses: 1 }]));
    expect(lent.world.api.uses.counted).toBe(1);
  });

  it("acts once where one use is left and fifty are asked for at the same moment", async () => {
    const { borrower } = await lend({ maxUses: 3 });
    for (let nth = 0; nth < 2; nth += 1) await use(borrower);
    const words = await Promise.all(Array.from({ length: 50 }, () => refusalOf(use(borrower))));
    expect(words.filter((said) => said === "it was done")).toHaveLength(1);
    expect(new Set(words)).toEqual(new Set(["it was done", "The grant has no uses left."]));
    expect(lent.heard).toHaveLength(3);
    expect(lent.world.api.uses.counted).toBe(3);
  });

  it("remembers what it counted when it is killed in the middle, and in the state that is saved", async () => {
    const { bytes, borrower } = await lend({ maxUses: 2 });
    await use(borrower);
    lent.answerWhen = new Promise(() => undefined); // the second is sent, and the process dies before there is an answer
    void use(borrower).catch(() => undefined);
    await until(() => expect(lent.heard).toHaveLength(2));
    lent.world.kill();
    lent.answerWhen = Promise.resolve();
    await lent.start();
    await lent.offer(bytes);
    expect(await refusalOf(use(borrower))).toBe("The grant has no uses left.");
    expect(lent.heard).toHaveLength(2);
    await lent.device.link.send(chat("so that a state is saved"));
    await until(() => expect(lent.world.api.saved).not.toBeNull());
    lent.world.kill();
    await lent.start();
    await lent.offer(bytes);
    expect(await refusalOf(use(borrower))).toBe("The grant has no uses left.");
  });

  it("stops for good when the owner's signed word comes, whatever a device that has not heard of it offers", async () => {
    const { grant, bytes, borrower } = await lend();
    await use(borrower);
    lent.world.api.uses.revocations = [{ grantId: grant.grantId, revocation: revocationOf(grant.grantId) }];
    lent.world.order({ control: "wake" });
    expect(await refusalOf(use(borrower))).toBe("The grant was taken back.");
    expect(lent.world.api.uses.counted).toBe(1);
    lent.world.api.uses.revocations = [];
    lent.world.kill();
    await lent.start();
    await lent.offer(bytes);
    expect(await refusalOf(use(borrower))).toBe("The grant was taken back.");
    expect(lent.heard).toHaveLength(1);
  });

  it.each([
    ["another method", { method: "DELETE" }, "The grant allows GET and nothing else."],
    ["another site", { url: "https://elsewhere.example/v1" }, `"weather" may be sent to ${SITE} and nowhere else.`],
    ["another item", { use: [{ header: "a", reference: "bank/password" }] }, "Nothing is granted under the name"],
    ["another field", { use: [{ header: "a", reference: "weather/note" }] }, 'has no field "note"'],
    ["what is no request", { url: 7 }, "The grant allows GET"],
  ])("does nothing with %s, and does not count it", async (_what, more, words) => {
    const { borrower } = await lend();
    expect(await refusalOf(use(borrower, more))).toContain(words);
    expect(lent.heard).toEqual([]);
    expect(lent.world.api.uses.counted).toBe(0);
  });

  it("asks its owner at each use where the grant says so", async () => {
    const { grant, borrower } = await lend({ asks: true });
    const decide = async (decision: "allow-once" | "deny") => {
      const used = refusalOf(use(borrower));
      await until(() => expect(lent.asked()).toHaveLength(1));
      const [{ useId, request, grantId } = { useId: "use_", request: "", grantId: "" }] = lent.asked();
      expect([grantId, JSON.parse(request).url]).toEqual([grant.grantId, `${SITE}/v1`]);
      lent.device.link.tell({ type: "lending.decide", useId: useId as `use_${string}`, decision });
      const words = await used;
      await until(() => expect(lent.asked()).toEqual([]));
      return words;
    };
    expect(await decide("deny")).toBe("The other person did not allow it.");
    expect(lent.heard).toEqual([]);
    expect(await decide("allow-once")).toBe("it was done");
    expect(lent.heard).toHaveLength(1);
  });

  it("refuses when its time is over", async () => {
    const { borrower } = await lend({ notAfterMs: Date.now() - 1 });
    expect(await refusalOf(use(borrower))).toBe("The time of the grant is over.");
  });

  it("acts for nobody while its owner is locked, and at once when a device of theirs is back", async () => {
    const { bytes, borrower } = await lend();
    lent.device.link.tell({ type: "vault.release" });
    await until(() => expect(lent.held()?.lent).toEqual([]));
    const used = refusalOf(use(borrower));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lent.heard).toEqual([]);
    await lent.openDevice();
    await lent.offer(bytes);
    expect(await used).toBe("it was done");
  });

  it("has the value in its memory alone: the platform, the other agent and the logs never do", async () => {
    const { borrower } = await lend();
    const answer = await use(borrower);
    const { api, frames } = lent.world;
    const texts = [...api.seen, ...frames, ...lent.task.lines, JSON.stringify(answer), JSON.stringify(api.journal)];
    const seen = texts.map((text) => ({ where: "text", bytes: Buffer.from(text) }));
    expect(seen.length).toBeGreaterThan(10);
    expect(await findSentinels([VALUE], seen)).toEqual([]);
  });
});
