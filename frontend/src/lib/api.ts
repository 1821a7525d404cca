import { ApiError, apiClient } from "#shared/client/api-client.ts";
import { agentsContract } from "#shared/contracts/agents.ts";
import { chatContract } from "#shared/contracts/chat.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { makeSession } from "./session.ts";

const baseUrl = location.origin;
const anonymous = apiClient(identityContract, { baseUrl, token: async () => undefined });

export const session = makeSession({
  refresh: () =>
    anonymous.refresh({}).catch((error: unknown) => {
      if (isSignedOut(error)) return undefined;
      throw error;
    }),
  alone: async (work) => await navigator.locks.request("ocmt.refresh", work),
  now: Date.now,
});

export const identity = apiClient(identityContract, { baseUrl, token: session.token });
export const tenants = apiClient(tenantsContract, { baseUrl, token: session.token });
export const vault = apiClient(vaultContract, { baseUrl, token: session.token });
export const agents = apiClient(agentsContract, { baseUrl, token: session.token });
export const chat = apiClient(chatContract, { baseUrl, token: session.token });

const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === "session.ended" || error.code === "auth.required");
