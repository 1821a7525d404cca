import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, type Figure, wallMillis } from "../figure.ts";
import { bootAndAskAlone, bootOpenClawAlone } from "../places/openclaw-alone.ts";
import { deployAndGreet, leave, makeOwner, PATIENCE_MS, sayUntilToken, useProduct } from "../places/running-product.ts";

/**
 * P7 and P7b: how long somebody waits for the first token of an agent that sleeps, or is not there yet. What is put away and made
 * ready between two measures is not counted.
 */
async function preparePause(): Promise<Bench> {
  const person = await makeOwner(await useProduct());
  const agentId = await deployAndGreet(person);
  for (let i = 0; i < 2; i++) await timeOf(person);
  return {
    async measureOurs() {
      await person.api.agents.pause({ agentId });
      await person.untilAgent(agentId, "paused");
      return timeOf(person);
    },
    async measurePeer() {
      return timeOf(person);
    },
    end: () => leave(person),
  };
}

/** What the pause itself told everybody is over by then: a paused agent has been quiet for long. */
const QUIET_MS = 3_000;

async function timeOf(person: Awaited<ReturnType<typeof makeOwner>>): Promise<number> {
  await sleep(QUIET_MS);
  let said: Awaited<ReturnType<typeof sayUntilToken>> | undefined;
  const took = await wallMillis(async () => {
    said = await sayUntilToken(person, "hello");
  });
  if (said) await person.replyTo(said, PATIENCE_MS);
  return took;
}

/** The same without the platform: what the supervisor does when the question has reached it. */
async function prepareThaw(): Promise<Bench> {
  const alone = await bootOpenClawAlone();
  for (let i = 0; i < 3; i++) await alone.say("hello");
  const ask = async (isFrozen: boolean) => {
    await sleep(QUIET_MS / 3);
    if (isFrozen) alone.freeze();
    await sleep(QUIET_MS / 3);
    return (await alone.say("hello")).firstMs;
  };
  return { measureOurs: () => ask(true), measurePeer: () => ask(false), end: alone.close };
}

const prepareStop = (warmth: "cold" | "warm") => async (): Promise<Bench> => {
  const product = await useProduct();
  const person = await makeOwner(product);
  const agentId = await deployAndGreet(person);
  return {
    async measureOurs() {
      await person.api.agents.stop({ agentId });
      await person.untilAgent(agentId, "stopped");
      if (warmth === "warm") await product.warmOne();
      return wallMillis(async () => {
        await person.api.agents.wake({ agentId });
        person.link?.refresh();
        await sayUntilToken(person, "hello again");
      });
    },
    measurePeer: () => bootAndAskAlone(),
    end: () => leave(person),
  };
};

async function prepareDeploy(): Promise<Bench> {
  const product = await useProduct();
  return {
    async measureOurs() {
      const person = await makeOwner(product);
      await product.warmOne();
      const took = await wallMillis(async () => {
        await person.deploy();
        await sayUntilToken(person, "hello");
      });
      await leave(person);
      return took;
    },
    measurePeer: () => bootAndAskAlone(),
  };
}

const alone = { peer: "openclaw gateway alone, from its start to its first token", unit: "ms", pairs: 11 } as const;

export const wake: readonly Figure[] = [
  {
    id: "P7.thaw",
    what: "question to first token inside the task, OpenClaw frozen",
    peer: "the same OpenClaw, not frozen",
    unit: "ms",
    target: { addedAtMost: 50 },
    pairs: 15,
    prepare: prepareThaw,
  },
  {
    id: "P7.pause",
    what: "question to first token through the product, agent paused",
    peer: "the same agent, not paused",
    unit: "ms",
    target: { addedAtMost: 50 },
    pairs: 15,
    prepare: preparePause,
  },
  {
    ...alone,
    id: "P7.cold",
    what: "stopped agent woken on a new task, to first token",
    target: { atMost: 1.1 },
    prepare: prepareStop("cold"),
  },
  {
    ...alone,
    id: "P7.warm",
    what: "stopped agent woken on a warm task, to first token",
    target: { atMost: 0.6 },
    prepare: prepareStop("warm"),
  },
  {
    ...alone,
    id: "P7b",
    what: "“deploy my agent” to first token, warm task",
    target: { atMost: 0.25 },
    prepare: prepareDeploy,
  },
];
