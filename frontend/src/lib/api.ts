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
import { askIfStillYou } from "./still-you.ts";

const baseUrl = location.origin;
const anonymous = apiClient(identityContract, { baseUrl, token: async () => undefined });

export const session = makeTabSession({
  trade: () => anonymous.refresh({}),
  alone: async (work) => await navigator.locks.request("ocmt.refresh", work),
  now: Date.now,
});

/** What is refused for want of a fresh proof is asked for again after one: the page that called does not notice. */
const options = { baseUrl, token: session.token, confirm: askIfStillYou };

export const identity = apiClient(identityContract, options);
export const tenants = apiClient(tenantsContract, options);
export const keyring = apiClient(keyringContract, options);
export const enrolments = apiClient(enrolmentsContract, options);
export const recovery = apiClient(recoveryContract, options);
export const vaultApi = apiClient(vaultContract, options);
export const sharesApi = apiClient(sharesContract, options);
export const agents = apiClient(agentsContract, options);
export const chat = apiClient(chatContract, options);
export const grants = apiClient(grantsContract, options);
