import type { Connections } from "#platform/services/connections.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { type BrowserControl, type TaskControl, writeRelayControl } from "#shared/channel/control.ts";
import type { AgentRow } from "../rows/agent.repository.ts";
import { listDevices, mayBeOpening, removeDevice } from "../rows/connection.repository.ts";

export interface Telling {
  readonly connections: Connections;
}

/** Tells every device of the owner that has this agent open. A socket that is gone is forgotten. */
export async function tellDevices(
  { connections, now }: Telling & { readonly now: () => Date },
  table: TenantTable,
  { id, generation, state }: Pick<AgentRow, "id" | "generation" | "state">,
  control: "agent.changed" | "agent.online" | "agent.offline" = "agent.changed",
): Promise<void> {
  const about = { v: 1, agentId: id, generation } as const;
  const news: BrowserControl = control === "agent.changed" ? { ...about, control, state } : { ...about, control };
  const text = writeRelayControl(news);
  const sent: Promise<void>[] = [];
  for await (const socket of listDevices(table, id)) {
    const { connectionId } = socket;
    const forget = async (isThere: boolean) => {
      if (!isThere && !mayBeOpening(socket, now())) await table.write(removeDevice(connectionId, id));
    };
    sent.push(connections.post(connectionId, text).then(forget));
  }
  await Promise.all(sent);
}

type Order = Extract<TaskControl, { control: "suspend" | "pause" | "resume" | "wake" }>["control"];

/** False when the task has no socket at the moment. */
export async function tellTask(
  { connections }: Telling,
  { id, generation, connectionId }: Pick<AgentRow, "id" | "generation" | "connectionId">,
  control: Order,
): Promise<boolean> {
  if (connectionId === null) return false;
  const about = { v: 1, agentId: id, generation } as const;
  const order: TaskControl =
    control === "suspend" ? { ...about, control, deadlineSeconds: SUSPEND_SECONDS } : { ...about, control };
  return connections.post(connectionId, writeRelayControl(order));
}

const SUSPEND_SECONDS = 60;
