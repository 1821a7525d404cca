import type { OpenClaw, OpenClawInput } from "./types.ts";

export function makeOpenClaw({ workDir }: OpenClawInput): OpenClaw {
  throw new Error(`Not there yet: ${workDir}`);
}

export function prime(openclaw: OpenClaw): Promise<void> {
  return openclaw.start();
}
