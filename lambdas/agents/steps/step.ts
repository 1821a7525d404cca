import type { JobCtx } from "#platform/rules/context.ts";
import type { LaunchSigner } from "#platform/services/launch-signer.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { Objects } from "#platform/services/objects.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Assignment } from "#shared/contracts/tasks.ts";
import type { AgentSize } from "#shared/quotas.ts";
import type { Telling } from "../lifecycle/tell.ts";
import { type AgentRow, findAgent, isOneOf } from "../rows/agent.repository.ts";

export interface StepPorts extends Telling {
  readonly machines: Pick<Machines, "proceed">;
  readonly objects: Pick<Objects, "remove">;
  readonly launchSigner: LaunchSigner;
  readonly image: { readonly digest: Uint8Array; readonly definitions: Readonly<Record<AgentSize, string>> };
}
export type StepCtx = JobCtx & StepPorts;

/** Which agent, and which of its lives, an execution is about. */
export interface About {
  readonly assignment: Assignment;
  readonly size: AgentSize;
  readonly attempt: number;
}

interface Subject {
  readonly table: TenantTable;
  readonly row: AgentRow | undefined;
}

/** The tenant is the one the API wrote into the machine's input; nobody else can start it. */
export async function readSubject(ctx: StepCtx, { assignment }: Pick<About, "assignment">): Promise<Subject> {
  const table = ctx.enterTenant(assignment.tenantId);
  return { table, row: await findAgent(table, assignment.agentId) };
}

/** Still the start this execution was made for: nobody stopped, deleted or restarted the agent meanwhile. */
export const isStartOf = (row: AgentRow, { assignment }: Pick<About, "assignment">): boolean =>
  row.generation === assignment.generation && isOneOf(row.state, "provisioning", "starting");
