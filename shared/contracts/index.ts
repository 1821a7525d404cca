import { agentsContract } from "./agents.ts";
import { chatContract } from "./chat.ts";
import { identityContract } from "./identity.ts";
import type { Contract } from "./route.ts";
import { tasksContract } from "./tasks.ts";
import { tenantsContract } from "./tenants.ts";
import { vaultContract } from "./vault.ts";

/** Every contract by its domain. A domain that is not here has no routes, no function and no client. */
export const contracts = {
  identity: identityContract,
  tenants: tenantsContract,
  vault: vaultContract,
  agents: agentsContract,
  tasks: tasksContract,
  chat: chatContract,
} as const satisfies Record<string, Contract>;

export type Domain = keyof typeof contracts;
