import { rm } from "node:fs/promises";
import type { Person } from "#test/support/person.ts";
import { supervisors } from "#test/support/processes.ts";
import { type Bench, type Figure, wallMillis } from "../figure.ts";
import { bootAndAskAlone, bootOpenClawAlone } from "../places/openclaw-alone.ts";
import { megabytesOf, treeOf } from "../places/process-tree.ts";
import { deployAndGreet, endProduct, makeOwner } from "../places/running-product.ts";
import { makeStateFolder, type StartedProduct, startProduct } from "../places/started-product.ts";

/**
 * P8 and P14: what `npm start` costs beside OpenClaw alone, in time until somebody has an answer, and in memory. "Again" is what a
 * person meets every day: the CDK app was deployed by an earlier start, and the data are there.
 */
const prepareStart = (data: "fresh" | "kept") => async (): Promise<Bench> => {
  await endProduct();
  const kept = await makeStateFolder();
  await (await startProduct(kept)).stop(); // builds, synthesis and, for "kept", the deployed app are there from now on
  return {
    async measureOurs() {
      const folder = data === "kept" ? kept : await makeStateFolder();
      let product: StartedProduct | undefined;
      let person: Person | undefined;
      try {
        return await wallMillis(async () => {
          product = await startProduct(folder);
          person = await answerOnce(product);
        });
      } finally {
        await person?.retire();
        await product?.stop();
        if (folder !== kept) await drop(folder);
      }
    },
    measurePeer: () => bootAndAskAlone("reply"),
    end: () => drop(kept),
  };
};

const drop = (folder: string) => rm(folder, { recursive: true, force: true });

/** From sign-up to the first reply, by the code the web app runs. */
async function answerOnce(product: StartedProduct): Promise<Person> {
  const person = await makeOwner(product);
  await deployAndGreet(person);
  return person;
}

const prepareMemory = (what: "supervisor" | "everything") => async (): Promise<Bench> => {
  await endProduct();
  const folder = await makeStateFolder();
  const product = await startProduct(folder, "--warm", "0"); // one agent is one OpenClaw, not one more that waits
  (await answerOnce(product)).link?.close();
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
      await drop(folder);
    },
  };
};

const sinceStart = {
  peer: "openclaw gateway alone, from its start to its first reply",
  unit: "ms",
  target: { atMost: 1.25, addedAtMost: 3000 },
  pairs: 11,
} as const;

export const firstStart: readonly Figure[] = [
  {
    ...sinceStart,
    id: "P8",
    what: "npm start again, signing up and deploying, to the first encrypted reply",
    note: "everything is installed, and an earlier start has deployed the CDK app; the person and the agent are new.",
    prepare: prepareStart("kept"),
  },
  {
    ...sinceStart,
    id: "P8.fresh",
    what: "npm start on no data, signing up and deploying, to the first encrypted reply",
    note: "everything is installed and built; the emulator is empty, so that the CDK app is bootstrapped and deployed first.",
    prepare: prepareStart("fresh"),
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
