import { beforeEach, describe, expect, it, vi } from "vitest";
import { type AskingMeans, giveUpAsking, isAnswered, takeAnswer } from "#shared/client/enrolment/ask.ts";
import { type LettingMeans, listNewcomers, turnAway } from "#shared/client/enrolment/let-in.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { newId } from "#shared/ids.ts";
import { EnrolmentWorld } from "#test/support/enrolment-world.ts";
import type { Someone } from "#test/support/group-world.ts";

vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
const code = (value: string) => expect.objectContaining({ code: value });
const why = (value: string) => expect.objectContaining({ name: "NotLetIn", why: value });

describe("who may ask, and how often", () => {
  let world: EnrolmentWorld;
  let person: Someone;
  let old: LettingMeans;
  beforeEach(async () => {
    world = new EnrolmentWorld();
    person = await world.owner("ours");
    old = await world.openDevice(person);
  });

  it("three at once, one for each session; a place is free again with an answer, a no, a change of mind or the time", async () => {
    const [a, b, c, d] = Array.from({ length: 4 }, () => world.lockedDevice(person)) as [
      AskingMeans,
      AskingMeans,
      AskingMeans,
      AskingMeans,
    ];
    const [one, two] = [await world.ask(a, "a"), await world.ask(b, "b")];
    const first = await world.ask(c, "c");
    const second = await world.ask(c, "c again");
    await expect(isAnswered(c, first.asking)).rejects.toThrow(why("cancelled"));
    await expect(world.ask(d)).rejects.toThrow(code("enrolment.too_many"));
    expect((await listNewcomers(old)).map(({ name }) => name).toSorted()).toEqual(["a", "b", "c again"]);
    await world.letIn(old, one.words);
    await takeAnswer(a, one.asking);
    await world.ask(d, "d");
    await giveUpAsking(b, two.asking);
    await world.ask(world.lockedDevice(person), "e");
    const newcomer = (await listNewcomers(old)).find(({ name }) => name === "c again") ?? expect.unreachable();
    await turnAway(old, newcomer);
    await expect(isAnswered(c, second.asking)).rejects.toThrow(why("denied"));
    await world.ask(world.lockedDevice(person), "f");
    await expect(world.ask(world.lockedDevice(person))).rejects.toThrow(code("enrolment.too_many"));
    world.turn(10 * MINUTE_MS);
    for (let i = 0; i < 3; i++) await world.ask(world.lockedDevice(person), `${i}`);
  });

  it("of many at the same moment three have a place", async () => {
    const asks = await Promise.allSettled(Array.from({ length: 8 }, () => world.ask(world.lockedDevice(person))));
    expect(asks.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    const codes = asks.flatMap((ask) => (ask.status === "rejected" ? [ask.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(["enrolment.too_many"]));
    expect(await listNewcomers(old)).toHaveLength(3);
  });

  it("H09 a place that could not be written is not one that is taken", async () => {
    world.store.isBusy = (changes) => changes.some(({ sk }) => sk.startsWith("ENROLSEAT#"));
    await expect(world.ask(world.lockedDevice(person))).rejects.toThrow(code("request.busy"));
    world.store.isBusy = () => false;
    await world.ask(world.lockedDevice(person));
  });

  it("ten times an hour by one session", async () => {
    const fresh = world.lockedDevice(person);
    for (let i = 0; i < 10; i++) await world.ask(fresh);
    await expect(world.ask(fresh)).rejects.toThrow(code("request.too_many"));
    await world.ask(world.lockedDevice(person));
  });

  it("E01 nobody else's session sees, answers, takes or ends it: not a colleague's, not another of the same person", async () => {
    const fresh = world.lockedDevice(person);
    const { asking, words } = await world.ask(fresh);
    const { enrolmentId } = asking.request;
    const colleague = await world.colleague(person, "colleague");
    const stranger = await world.openDevice(colleague);
    expect((await stranger.api.list({})).items).toEqual([]);
    await expect(world.letIn(stranger, words)).rejects.toMatchObject({ name: "WordsDiffer" });
    const [seen = expect.unreachable()] = await listNewcomers(old);
    await expect(turnAway(stranger, seen)).rejects.toThrow(code("enrolment.not_found"));
    await world.letIn(old, words);
    for (const api of [world.sessionOf(colleague), world.sessionOf(person), world.sessionOf(person)]) {
      for (const step of ["get", "take", "cancel"] as const)
        await expect(api[step]({ enrolmentId })).rejects.toThrow(code("enrolment.not_found"));
    }
    await takeAnswer(fresh, asking);
  });

  it("only for the account that the session is of, its present root, and under its own name", async () => {
    const fresh = world.lockedDevice(person);
    let request = "";
    const ask: typeof fresh.api.ask = async (input) => {
      request = input.request;
      return fresh.api.ask(input);
    };
    const { asking } = await world.ask({ ...fresh, api: { ...fresh.api, ask } });
    const id = asking.request.enrolmentId;
    const [colleague, own] = [await world.colleague(person, "colleague"), world.sessionOf(person)];
    const otherGeneration = encodeBase64url(decodeBase64url(request).with(56, 7));
    const wrong = code("enrolment.request_wrong");
    await expect(world.sessionOf(colleague).ask({ id, request })).rejects.toThrow(wrong);
    await expect(own.ask({ id: newId("enrolment", world.clock), request })).rejects.toThrow(wrong);
    await expect(own.ask({ id, request: otherGeneration })).rejects.toThrow(wrong);
    await expect(own.ask({ id, request: "AAAA" })).rejects.toThrow(wrong);
    await expect(own.ask({ id, request })).rejects.toThrow(code("enrolment.exists"));
  });

  it("leaves a line in the log for each step, which has neither words nor keys", async () => {
    const fresh = world.lockedDevice(person);
    const one = await world.ask(fresh);
    await world.letIn(old, one.words);
    await takeAnswer(fresh, one.asking);
    const two = await world.ask(fresh);
    const [newcomer = expect.unreachable()] = await listNewcomers(old);
    await turnAway(old, newcomer);
    await giveUpAsking(fresh, two.asking);
    await giveUpAsking(fresh, (await world.ask(fresh)).asking);
    const events = world.auditEvents().filter((event) => String(event).startsWith("enrolment."));
    expect(events.map((event) => String(event).slice(10))).toEqual([
      "asked",
      "let_in",
      "taken",
      "asked",
      "denied",
      "asked",
      "cancelled",
    ]);
    for (const line of world.keptTexts().filter((text) => text.includes('"enrolment.')))
      expect(line.length).toBeLessThan(400);
    const all = world.keptTexts().join("\n");
    for (const secret of [
      one.words,
      encodeBase64url(one.asking.secret.blind),
      encodeBase64url(person.account.root.urk),
    ])
      expect(all).not.toContain(secret);
  });
});
