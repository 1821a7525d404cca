import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";

/** The whole story, through the API, the relay and a real OpenClaw. */
describe("from sign-up to a chat that survives sleep", () => {
  const place = joinProduct();
  const person = new Person(place);
  let agentId: Awaited<ReturnType<Person["deploy"]>>["id"];
  let conversationId: Awaited<ReturnType<Person["say"]>>["conversationId"];

  beforeAll(() => person.settle("a passphrase of seven or more words"));
  afterAll(() => person.retire());

  it("founds an organisation and has the first three steps done", async () => {
    await person.api.keyring.recordRecoveryCheck({});
    expect(await person.api.agents.checklist({})).toEqual({
      organisation: true,
      passphrase: true,
      recovery: true,
      agent: false,
      firstMessage: false,
    });
  });

  it("deploys an agent that answers, end to end encrypted", async () => {
    agentId = (await person.deploy()).id;
    await person.isOpen();
    const said = await person.say("remember the word zebra");
    conversationId = said.conversationId;
    expect(await person.replyTo(said)).toMatchObject({
      role: "assistant",
      state: "final",
      text: expect.stringContaining("zebra"),
    });
    expect(await person.api.agents.checklist({})).toMatchObject({ agent: true, firstMessage: true });
  });

  it("stops with its state sealed, and wakes with its history", async () => {
    await person.api.agents.stop({ agentId });
    const stopped = await person.untilAgent(agentId, "stopped");
    expect(stopped.saved).toMatchObject({ seq: expect.any(Number), bytes: expect.any(Number) });
    await person.api.agents.wake({ agentId });
    await person.untilAgent(agentId, "running");
    await person.isOpen();
    const texts = (await person.history(conversationId)).map(({ text }) => text);
    expect(texts[0]).toBe("remember the word zebra");
    const reply = await person.replyTo(await person.say("what did I ask you to remember?", conversationId));
    expect(reply.state).toBe("final");
  });

  it("answers a message that was left while it slept, once", async () => {
    await person.api.agents.stop({ agentId });
    await person.untilAgent(agentId, "stopped");
    person.openLink(agentId); // a page that opens now finds no task to speak to
    const said = await person.say("left while you slept", conversationId);
    const reply = await person.replyTo(said);
    expect(reply.text).toContain("left while you slept");
    const mine = (await person.history(conversationId)).filter(({ text }) => text === said.text);
    expect(mine).toHaveLength(1);
  });

  it("is deleted with all it kept", async () => {
    await person.api.agents.remove({ agentId });
    await expect
      .poll(
        () =>
          person.api.agents.get({ agentId }).then(
            () => "there",
            (error) => error.code,
          ),
        { timeout: 30_000 },
      )
      .toBe("agent.not_found");
  });
});
