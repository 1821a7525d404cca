import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { assignAgent, awaitTask } from "./assign.ts";
import { eraseAgent, finishStop, giveUp, locateTask, suspendTask } from "./end.ts";
import { findTaskFor } from "./find.ts";
import type { StepCtx } from "./step.ts";

const about = {
  tenantId: idOf("tenant"),
  agentId: idOf("agent"),
  userId: idOf("user"),
  generation: z.int().positive(),
  size: z.enum(["small", "medium", "large"]),
  attempt: z.int().positive(),
};
const task = { taskId: idOf("task") };

/** What the machine of `lib/machines/agent-lifecycle.ts` asks of its one function. */
export const StepInput = z.discriminatedUnion("step", [
  z.object({ step: z.literal("find"), ...about }),
  z.object({ step: z.literal("await"), ...about, ...task, taskArn: z.string(), token: z.string() }),
  z.object({ step: z.literal("assign"), ...about, ...task }),
  z.object({ step: z.literal("give-up"), ...about, cause: z.string() }),
  z.object({ step: z.literal("locate"), ...about }),
  z.object({ step: z.literal("suspend"), ...about, ...task, token: z.string() }),
  z.object({ step: z.literal("finish"), ...about }),
  z.object({ step: z.literal("erase"), ...about }),
]);

export async function takeStep(ctx: StepCtx, input: z.output<typeof StepInput>): Promise<object> {
  const { tenantId, agentId, userId, generation, size, attempt } = input;
  const which = { assignment: { tenantId, agentId, userId, generation }, size, attempt };
  if (input.step === "find") return { ...(await findTaskFor(ctx, which)), attempt: attempt + 1 };
  if (input.step === "assign") return assignAgent(ctx, which, input.taskId);
  if (input.step === "locate") return locateTask(ctx, which);
  if (input.step === "finish") return finishStop(ctx, which);
  if (input.step === "await") await awaitTask(ctx, which, input);
  if (input.step === "suspend") await suspendTask(ctx, which, input);
  if (input.step === "give-up") await giveUp(ctx, which, input.cause);
  if (input.step === "erase") await eraseAgent(ctx, which);
  return {};
}
