import { findKeyOwner, hashApiKey, type KeyOwner, touchKey } from "#lambdas/identity/keys/api-key.repository.ts";
import { isApiKey } from "#lambdas/identity/keys/api-key-format.ts";
import { findMembership } from "#lambdas/identity/people/membership.repository.ts";
import { findSession } from "#lambdas/identity/sessions/session.repository.ts";
import type { AuthorizerClaims } from "#platform/rules/authorizer-claims.ts";
import { TableBusy } from "#platform/tables/busy.ts";
import type { Data } from "#platform/tables/data.ts";
import type { Claims, Tokens } from "#platform/tokens/token.ts";
import { AppError } from "#shared/errors.ts";

const TOUCH_EVERY_MS = 5 * 60_000;

/** Who holds this credential now, or undefined. The session, the key and the membership are looked up each time. */
export async function recognise(credential: string, tokens: Tokens, data: Data): Promise<AuthorizerClaims | undefined> {
  if (isApiKey(credential)) return recogniseKey(hashApiKey(credential), data);
  const claims = await tokens.verify(credential, data.now());
  if (!claims) return undefined;
  return claims.typ === "access" ? recognisePerson(claims, data) : taskClaims(claims);
}

async function recognisePerson(
  claims: Extract<Claims, { typ: "access" }>,
  { directory }: Data,
): Promise<AuthorizerClaims | undefined> {
  const { sub: userId, sid, tid } = claims;
  const [session, membership] = await Promise.all([
    findSession(directory, userId, sid),
    tid ? findMembership(directory, userId, tid) : undefined,
  ]);
  if (!session) return undefined;
  // The role is the one the person has now, not the one the token was made with; so is the time of their last proof.
  const { authTime } = session;
  return { kind: "user", userId, sid, authTime, tid: membership?.tenantId ?? "", role: membership?.role ?? "" };
}

async function recogniseKey(hash: string, data: Data): Promise<AuthorizerClaims | undefined> {
  const owner = await findKeyOwner(data.directory, hash);
  if (!owner || (owner.expiresAt !== null && owner.expiresAt <= data.now().toISOString())) return undefined;
  const membership = await findMembership(data.directory, owner.userId, owner.tenantId);
  if (!membership) return undefined;
  await touch(hash, owner, data);
  const { userId, keyId, tenantId: tid, scopes } = owner;
  return { kind: "key", userId, keyId, tid, role: membership.role, permissions: scopes.join(",") };
}

/** "Last used" is kept to five minutes, so that a busy key does not write at every call. */
async function touch(hash: string, { lastUsedAt }: KeyOwner, { directory, now }: Data): Promise<void> {
  if (lastUsedAt !== null && now().getTime() - Date.parse(lastUsedAt) < TOUCH_EVERY_MS) return;
  try {
    await directory.write(touchKey(hash, lastUsedAt, now().toISOString()));
  } catch (error) {
    if (!(error instanceof AppError || error instanceof TableBusy)) throw error; // a call beside this one noted it
  }
}

function taskClaims({ sub, tid, agent, user, generation }: Extract<Claims, { typ: "task" }>): AuthorizerClaims {
  return {
    kind: "task",
    taskId: sub,
    tid: tid ?? "",
    agentId: agent ?? "",
    userId: user ?? "",
    generation: generation ?? 0,
  };
}
