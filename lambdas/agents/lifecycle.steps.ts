import { readEnv } from "#platform/env.ts";
import { serveJob } from "#platform/pipe/job.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { kmsLaunchSigner } from "#platform/services/launch-signer.ts";
import { sfnMachines } from "#platform/services/machines.ts";
import { s3Objects } from "#platform/services/objects.ts";
import type { StepPorts } from "./steps/step.ts";
import { StepInput, takeStep } from "./steps/take-step.ts";

function openPorts(): StepPorts {
  const env = readEnv("IMAGE_DIGEST", "TASK_DEFINITION_small", "TASK_DEFINITION_medium", "TASK_DEFINITION_large");
  return {
    machines: sfnMachines(),
    connections: relayConnections(),
    objects: s3Objects(),
    launchSigner: kmsLaunchSigner(),
    image: {
      digest: Buffer.from(env.IMAGE_DIGEST.replace(/^sha256:/, ""), "hex"),
      definitions: {
        small: env.TASK_DEFINITION_small,
        medium: env.TASK_DEFINITION_medium,
        large: env.TASK_DEFINITION_large,
      },
    },
  };
}

export const handler = serveJob({ name: "lifecycle", input: StepInput, run: takeStep }, openPorts());
