import { insertPerson } from "#lambdas/identity/people/person.repository.ts";
import { insertSession, type SessionRow } from "#lambdas/identity/sessions/session.repository.ts";
import { acceptInvite } from "#lambdas/tenants/invites/answers.ts";
import { invite } from "#lambdas/tenants/invites/invites.ts";
import { createTenant } from "#lambdas/tenants/tenants.ts";
import type { Ctx, Member, Person } from "#platform/rules/context.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import type { Tier } from "#shared/quotas.ts";
import { MemoryMail } from "./identity.ts";
import { ORIGIN, World } from "./world.ts";

const YEAR_MS = 365 * 24 * 3_600_000;

/** A world of organisations: people who have signed in, found and join them by the same functions as in the product. */
export class TenantsWorld extends World {
  readonly mail = new MemoryMail();
  readonly ports = { mail: this.mail, origin: ORIGIN, delaySeconds: 48 * 3600, linksPerAddress: 30 };

  /** Someone who has signed in and belongs nowhere yet. */
  async resident(email: string): Promise<Person> {
    const person = this.newcomer();
    const createdAt = this.clock.toISOString();
    await this.directory.write(
      ...insertPerson({ id: person.userId, email, createdAt, lastTenantId: null }),
      insertSession(this.#sessionOf(person, createdAt)),
    );
    return person;
  }

  #sessionOf({ userId, sessionId: id }: Person, at: string): SessionRow {
    const expiresAt = new Date(this.clock.getTime() + YEAR_MS).toISOString();
    return {
      ...{
        id,
        userId,
        tenantId: null,
        secretHash: `secret of ${id}`,
        earlierHash: null,
        seed: null,
        device: "Laptop",
        place: "here",
      },
      ...{
        amr: ["mail"],
        authTime: Math.floor(this.clock.getTime() / 1000),
        createdAt: at,
        lastUsedAt: at,
        rotatedAt: at,
        expiresAt,
      },
      ttlSeconds: Date.parse(expiresAt) / 1000,
    };
  }

  in(tenantId: Id<"tenant">, { userId, sessionId, authTime }: Person, role: Role): Member & Person {
    return { kind: "user", userId, sessionId, authTime, tenantId, role };
  }

  async found(slug: string, email = `owner@${slug}.example`) {
    const person = await this.resident(email);
    const { id: tenantId } = await createTenant(this.personCtx(person), { name: slug, slug });
    const owner = this.ctx(this.in(tenantId, person, "owner"), this.ports);
    return { tenantId, owner };
  }

  /** Invites an address and accepts for it. */
  async join(owner: Ctx & TenantsWorld["ports"], email: string, role: "admin" | "member" | "observer") {
    await invite(owner, { emails: [email], role });
    const person = await this.resident(email);
    await acceptInvite(this.personCtx(person), { secret: this.mail.secret() });
    return this.in(owner.actor.tenantId, person, role);
  }

  async upgrade(tenantId: Id<"tenant">, tier: Tier): Promise<void> {
    await this.table(tenantId).update({ do: "update", sk: "TENANT", set: { tier }, otherwise: "tenant.not_found" });
  }
}
