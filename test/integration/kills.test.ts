import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Id, newId } from "#shared/ids.ts";
import { Person, type Said } from "#test/support/person.ts";
import { gateways, killAll, lambdaWorkers, type Process, supervisors } from "#test/support/processes.ts";
import { joinProduct } from "#test/support/product.ts";

/**
 * C07: something dies with SIGKILL in the middle of a streamed reply, and nothing that was acknowledged is lost or doubled.
 * Each kind of death is met OCMT_KILLS times: `npm run test:kills` says 20, which takes half an hour. In CI the browser meets each once
 * (test/e2e/second-device.test.ts).
 */
const TIMES = Number(process.env["OCMT_KILLS"] ?? 1);

describe("C07 a death in the middle of a reply", () => {
  const place = joinProduct();
  const person = new Person(place);
  const sent: Said[] = [];
  let agentId: Id<"agent">;
  const conversationId = newId("conversation", new Date());

  beforeAll(async () => {
    await person.settle("a passphrase of seven or more words");
    agentId = (await person.deploy()).id;
    await person.isOpen();
  });
  afterAll(() => person.retire());

  /** Asks for a long reply, and lets `die` happen when its first words have arrived. */
  async function dieMidReply(die: () => void): Promise<void> {
    const heard = person.messages.length;
    const said = await person.say("count to 60", conversationId);
    sent.push(said);
    await person.until(() => person.messages.slice(heard).some((message) => message.type === "chat.delta"));
    die();
    const reply = await waking(() => person.replyTo(said, 120_000));
    expect(reply.state).toBe("final");
    expect(reply.text).toContain("60");
  }

  /** After five lost tasks in ten minutes the platform waits for somebody who wants the agent: here is somebody. */
  async function waking<T>(work: () => Promise<T>): Promise<T> {
    const look = async () => {
      const { state } = await person.api.agents.get({ agentId });
      if (state === "crashed") await person.api.agents.wake({ agentId });
    };
    const timer = setInterval(() => void look().catch(() => undefined), 2_000); // the API may be what was killed
    return work().finally(() => clearInterval(timer));
  }

  function killSome(find: (folder: string) => Process[]): () => void {
    return () => {
      const found = find(place.folder);
      expect(found.length).toBeGreaterThan(0);
      killAll(found);
    };
  }

  const deaths: [string, () => void][] = [
    ["the browser's socket", () => person.socket?.terminate()],
    ["OpenClaw", killSome(gateways)],
    ["the agent's process", killSome(supervisors)],
    ["the Lambda workers", killSome(lambdaWorkers)],
  ];

  it.each(deaths)(`%s, ×${TIMES}`, { timeout: TIMES * 120_000 }, async (_, die) => {
    for (let i = 0; i < TIMES; i++) await dieMidReply(die);
  });

  it("has lost none of what was acknowledged, and doubled none", async () => {
    await person.isOpen();
    const entries = await person.history(conversationId);
    const mine = entries.filter(({ role }) => role === "user").map(({ id }) => id);
    expect(mine).toEqual(sent.map(({ msgId }) => msgId));
    const replies = entries.filter(({ role, state }) => role === "assistant" && state === "final");
    expect(replies).toHaveLength(mine.length);
    expect((await person.api.agents.get({ agentId })).state).toBe("running");
  });
});
