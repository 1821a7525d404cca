import { supervisors } from "#test/support/processes.ts";
import { type Bench, type Figure, wallMillis } from "../figure.ts";
import { bootAndAskAlone, bootOpenClawAlone } from "../places/openclaw-alone.ts";
import { megabytesOf, treeOf } from "../places/process-tree.ts";
import { deployAndGreet, endProduct, makeOwner } from "../places/running-product.ts";
import { type StartedProduct, startProduct } from "../places/started-product.ts";

/** P8 and P14: what `npm start` costs beside OpenClaw alone, in time until somebody has an answer, and in memory. */
async function prepareStart(): Promise<Bench> {
  await endProduct();
  await (await startProduct()).stop(); // builds and synthesis are there from now on
  return {
    async measureOurs() {
      let product: StartedProduct | undefined;
      try {
        return await wallMillis(async () => {
          product = await startProduct();
          await answerOnce(product);
        });
      } finally {
        await product?.stop();
      }
    },
    measurePeer: () => bootAndAskAlone("reply"),
  };
}

/** From sign-up to the first reply, by the code the web app runs. */
async function answerOnce(product: StartedProduct): Promise<void> {
  const person = await makeOwner(product);
  await deployAndGreet(person);
  person.link?.close();
}

const prepareMemory = (what: "supervisor" | "everything") => async (): Promise<Bench> => {
  await endProduct();
  const product = await startProduct("--warm", "0"); // one agent is one OpenClaw, not one more that waits
  await answerOnce(product);
  const alone = await bootOpenClawAlone();
  await alone.say("hello");
  const mine = () => supervisors(product.folder).map(({ pid }) => pid);
  const besideMine = () => mine().flatMap((pid) => treeOf(pid).slice(1)); // all that a supervisor starts is OpenClaw
  return {
    async measureOurs() {
      return what === "supervisor" ? megabytesOf(mine()) : megabytesOf(treeOf(product.pid));
    },
    async measurePeer() {
      return what === "supervisor" ? megabytesOf(besideMine()) : megabytesOf(treeOf(alone.pid));
    },
    async end() {
      await alone.close();
      await product.stop();
    },
  };
};

export const firstStart: readonly Figure[] = [
  {
    id: "P8",
    what: "npm start, signing up and deploying, to the first encrypted reply",
    peer: "openclaw gateway alone, from its start to its first reply",
    unit: "ms",
    target: { atMost: 1.25, addedAtMost: 3000 },
    pairs: 11,
    note: "everything is installed and built; the data are new each time.",
    prepare: prepareStart,
  },
  {
    id: "P14.supervisor",
    what: "memory of the supervisor",
    peer: "the OpenClaw beside it",
    unit: "MB",
    target: { atMost: 0.1 },
    pairs: 11,
    prepare: prepareMemory("supervisor"),
  },
  {
    id: "P14.start",
    what: "memory of all of npm start with one agent",
    note: "without a task kept warm; each that waits for its agent is one OpenClaw more.",
    peer: "openclaw gateway alone",
    unit: "MB",
    target: { atMost: 1.6 },
    pairs: 11,
    prepare: prepareMemory("everything"),
  },
];
