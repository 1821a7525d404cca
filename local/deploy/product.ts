import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Progress } from "../setup/progress.ts";
import type { Assembly } from "./assembly.ts";
import { bootstrap, deploy, findDeployed, type Place } from "./deploy.ts";
import type { Outputs } from "./outputs.ts";

interface Emulated extends Place {
  readonly isGiven: boolean; // not started by us: what our own folder keeps is not its data
  readonly progress: Progress;
  readonly lambda: LambdaClient;
}

/** Brings the emulator to hold exactly this assembly, doing nothing where it already does. */
export async function deployProduct(place: Emulated, assembly: Promise<Assembly>): Promise<Outputs> {
  const { progress, lambda } = place;
  const [made] = await Promise.all([assembly, bootstrapOnce(place)]);
  const held = await findDeployed(place.folders, made, place.endpoint, lambda);
  if (held) return held;
  return progress.step("CDK app deployed", () => deploy(place, made, lambda));
}

/** Bootstrapping overlaps the synthesis. Where it cannot be seen that it was done it is done again: that changes nothing. */
async function bootstrapOnce(place: Emulated): Promise<void> {
  const { folders, isGiven, progress } = place;
  const saved = join(folders.emulator, "state", "cloudformation.json");
  const stacks = isGiven ? "" : await readFile(saved, "utf8").catch(() => "");
  if (!stacks.includes("CDKToolkit")) await progress.step("CDK bootstrapped", () => bootstrap(place));
}
