import { agentsContract } from "./agents.ts";
import { chatContract } from "./chat.ts";
import { enrolmentsContract } from "./enrolments.ts";
import { grantsContract } from "./grants.ts";
import { identityContract } from "./identity.ts";
import { keyringContract } from "./keyring.ts";
import { recoveryContract } from "./recovery.ts";
import type { Contract } from "./route.ts";
import { sharesContract } from "./shares.ts";
import { tasksContract } from "./tasks.ts";
import { tenantsContract } from "./tenants.ts";
import { vaultContract } from "./vault.ts";

/** Every contract by its domain. A domain that is not here has no routes, no function and no client. */
export const contracts = {
  identity: identityContract,
  tenants: tenantsContract,
  keyring: keyringContract,
  vault: vaultContract,
  shares: sharesContract,
  recovery: recoveryContract,
  enrolments: enrolmentsContract,
  agents: agentsContract,
  tasks: tasksContract,
  chat: chatContract,
  grants: grantsContract,
} as const satisfies Record<string, Contract>;

export type Domain = keyof typeof contracts;
