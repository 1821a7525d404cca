import { apiClient } from "#shared/client/api-client.ts";
import { agentsContract } from "#shared/contracts/agents.ts";
import { chatContract } from "#shared/contracts/chat.ts";
import { enrolmentsContract } from "#shared/contracts/enrolments.ts";
import { grantsContract } from "#shared/contracts/grants.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import { keyringContract } from "#shared/contracts/keyring.ts";
import { recoveryContract } from "#shared/contracts/recovery.ts";
import { sharesContract } from "#shared/contracts/shares.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { makeTabSession } from "./signed-in.ts";

const baseUrl = location.origin;
const anonymous = apiClient(identityContract, { baseUrl, token: async () => undefined });

export const session = makeTabSession({
  trade: () => anonymous.refresh({}),
  alone: async (work) => await navigator.locks.request("ocmt.refresh", work),
  now: Date.now,
});

export const identity = apiClient(identityContract, { baseUrl, token: session.token });
export const tenants = apiClient(tenantsContract, { baseUrl, token: session.token });
export const keyring = apiClient(keyringContract, { baseUrl, token: session.token });
export const enrolments = apiClient(enrolmentsContract, { baseUrl, token: session.token });
export const recovery = apiClient(recoveryContract, { baseUrl, token: session.token });
export const vaultApi = apiClient(vaultContract, { baseUrl, token: session.token });
export const sharesApi = apiClient(sharesContract, { baseUrl, token: session.token });
export const agents = apiClient(agentsContract, { baseUrl, token: session.token });
export const chat = apiClient(chatContract, { baseUrl, token: session.token });
export const grants = apiClient(grantsContract, { baseUrl, token: session.token });
