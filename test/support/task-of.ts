import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { agentSk } from "#lambdas/agents/rows/agent.repository.ts";
import { partitionOf } from "#platform/tables/table.ts";
import type { Id } from "#shared/ids.ts";
import { asOperator } from "./platform-view.ts";
import type { RunningProduct } from "./product.ts";

/** The name of the task that an agent has now, which is also the name of its folder. @throws Error while it has none. */
export async function taskOf(
  { endpoint, tables }: RunningProduct,
  { tenantId, agentId }: { readonly tenantId: Id<"tenant">; readonly agentId: Id<"agent"> },
): Promise<string> {
  const Key = { pk: { S: partitionOf(tenantId) }, sk: { S: agentSk(agentId) } };
  const client = new DynamoDBClient(asOperator(endpoint));
  const { Item } = await client.send(new GetItemCommand({ TableName: tables.tenants, Key, ConsistentRead: true }));
  const task = Item?.["taskArn"]?.S?.split("/").at(-1);
  if (!task) throw new Error(`${agentId} has no task`);
  return task;
}
