import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Progress } from "../setup/progress.ts";
import type { Assembly } from "./assembly.ts";
import { bootstrap, deploy, findDeployed, type Place } from "./deploy.ts";
import type { Outputs } from "./outputs.ts";

/** Brings the emulator to hold exactly this assembly, doing nothing where it already does. */
export async function deployProduct(
  place: Place & { readonly progress: Progress; readonly lambda: LambdaClient },
  assembly: Promise<Assembly>,
): Promise<Outputs> {
  const { progress, lambda } = place;
  const [made] = await Promise.all([assembly, bootstrapOnce(place, progress)]);
  const held = await findDeployed(place.folders, made, place.endpoint, lambda);
  if (held) return held;
  return progress.step("CDK app deployed", () => deploy(place, made, lambda));
}

/** Bootstrapping overlaps the synthesis. Where it cannot be seen that it was done it is done again: that changes nothing. */
async function bootstrapOnce(place: Place, progress: Progress): Promise<void> {
  const saved = join(place.folders.emulator, "state", "cloudformation.json");
  const stacks = await readFile(saved, "utf8").catch(() => "");
  if (!stacks.includes("CDKToolkit")) await progress.step("CDK bootstrapped", () => bootstrap(place));
}
