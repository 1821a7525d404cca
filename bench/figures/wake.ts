import { type Bench, type Figure, wallMillis } from "../figure.ts";
import { bootAndAskAlone } from "../places/openclaw-alone.ts";
import { leave, makeOwner, refresh, sayUntilToken, useProduct } from "../places/running-product.ts";

/**
 * P7 and P7b: how long somebody waits for the first token of an agent that sleeps, or is not there yet. What is put away and made
 * ready between two measures is not counted.
 */
async function preparePause(): Promise<Bench> {
  const person = await makeOwner(await useProduct());
  const { id: agentId } = await person.deploy();
  await person.isOpen();
  const ask = async () => {
    const said = await sayUntilToken(person, "hello");
    await person.replyTo(said);
  };
  for (let i = 0; i < 3; i++) await ask();
  return {
    async measureOurs() {
      await refresh(person);
      await person.api.agents.pause({ agentId });
      await person.untilAgent(agentId, "paused");
      return timeOf(person);
    },
    measurePeer: () => timeOf(person),
    end: () => leave(person),
  };
}

async function timeOf(person: Awaited<ReturnType<typeof makeOwner>>): Promise<number> {
  let said: Awaited<ReturnType<typeof sayUntilToken>> | undefined;
  const took = await wallMillis(async () => {
    said = await sayUntilToken(person, "hello");
  });
  if (said) await person.replyTo(said);
  return took;
}

const prepareStop = (warmth: "cold" | "warm") => async (): Promise<Bench> => {
  const product = await useProduct();
  const person = await makeOwner(product);
  const { id: agentId } = await person.deploy();
  await person.isOpen();
  await sayUntilToken(person, "hello");
  return {
    async measureOurs() {
      await refresh(person);
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
    id: "P7.pause",
    what: "question to first token, agent paused",
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
