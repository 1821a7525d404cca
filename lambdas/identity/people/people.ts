import type { PersonCtx } from "#platform/rules/context.ts";
import type { Pool } from "#platform/services/pool.ts";
import type { Directory } from "#platform/tables/directory.ts";
import type { Me } from "#shared/contracts/identity.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import { findTenantName, listMemberships } from "./membership.repository.ts";
import { findPerson, findUserId, insertPerson, type Person } from "./person.repository.ts";

interface Registry {
  readonly directory: Directory;
  readonly pool: Pool;
  readonly now: () => Date;
}

/** The person of an address; whoever proves an address for the first time becomes one. */
export async function findOrAddPerson(ctx: Registry, email: string): Promise<Id<"user">> {
  const known = await findUserId(ctx.directory, email);
  const userId = known ?? (await addPerson(ctx, email));
  await ctx.pool.addUser(userId, email); // also when known: an earlier attempt may have ended in between
  return userId;
}

async function addPerson({ directory, now }: Registry, email: string): Promise<Id<"user">> {
  const person: Person = { id: newId("user", now()), email, createdAt: now().toISOString(), lastTenantId: null };
  try {
    await directory.write(...insertPerson(person));
    return person.id;
  } catch (error) {
    const theirs = error instanceof AppError ? await findUserId(directory, email) : undefined;
    if (!theirs) throw error;
    return theirs; // a redemption beside this one was first
  }
}

export async function getMe({ actor, directory }: PersonCtx): Promise<Me> {
  const [person, memberships] = await Promise.all([
    findPerson(directory, actor.userId),
    listMemberships(directory, actor.userId),
  ]);
  if (!person) throw new AppError("session.ended");
  const named = memberships.map(async ({ tenantId, slug, role }) => {
    const name = (await findTenantName(directory, slug))?.name ?? slug;
    return { tenantId, slug, role, name };
  });
  return {
    user: { id: person.id, email: person.email },
    session: { id: actor.sessionId, tenantId: actor.tenantId },
    memberships: await Promise.all(named),
  };
}
