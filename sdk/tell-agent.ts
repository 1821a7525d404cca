import type { Agent } from "#shared/contracts/agents.ts";
import type { Unlocked } from "./unlocked.ts";

const WAIT_MS = 20_000;
const RUNS: readonly Agent["state"][] = ["running", "paused", "locked"];

/** Has an agent hear of its grants in this version, if it runs. A device that opens a link tells it by itself; this waits for the answer. */
export async function tellAgent(
  unlocked: Unlocked,
  { id, state }: Pick<Agent, "id" | "state">,
  version: number,
): Promise<"told" | "asleep" | "unreached"> {
  if (!RUNS.includes(state)) return "asleep";
  const { promise, resolve } = Promise.withResolvers<"told" | "unreached">();
  const timer = setTimeout(() => resolve("unreached"), WAIT_MS);
  const link = unlocked.openLink(id, {
    onState: (now) => now.is === "blocked" && resolve("unreached"),
    onAgent: () => undefined,
    onMessage: (message) => message.type === "vault.held" && message.version >= version && resolve("told"),
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    link.close();
  }
}
