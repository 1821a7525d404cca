import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { putEnvelope } from "#lambdas/agents/owner/secrets.ts";
import { createKeyring } from "#lambdas/keyring/keyring.ts";
import { signedEnvelope } from "#shared/client/agent-keys.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import type { Envelope } from "#shared/contracts/agents.ts";
import type { Id } from "#shared/ids.ts";

/** Somebody gets keys, with which they keep their agents' secrets. */
export async function giveRoot(owner: AgentsCtx): Promise<Account> {
  const { tenantId: tid, userId: uid } = owner.actor;
  const deriveArgon2id = async () => new Uint8Array(32).fill(7); // what it costs is tested elsewhere
  const { account, request } = await makeKeyring({ tid, uid }, "a passphrase", { deriveArgon2id, now: owner.now() });
  await createKeyring(owner, request);
  return account;
}

export const keepEnvelope = (
  owner: AgentsCtx,
  account: Account,
  { agentId, ...envelope }: Envelope & { readonly agentId: Id<"agent"> },
) => putEnvelope(owner, signedEnvelope(account, agentId, envelope));
