import { describe, expect, it } from "vitest";
import type { Member } from "#shared/contracts/tenants.ts";
import { newId } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import { mayChange, mayInvite, readAddresses, rolesToGive } from "../../../frontend/src/features/people/rules.ts";

const now = new Date("2026-11-23T12:00:00Z");
const memberWith = (role: Role): Member => ({
  userId: newId("user", now),
  email: `${role}@example.org`,
  role,
  joinedAt: now.toISOString(),
  version: 1,
});

describe("who may be changed", () => {
  it("is nobody for a member, who is told why", () => {
    const verdict = mayChange("member", memberWith("member"), []);
    expect(verdict).toEqual({ may: false, why: "Your role is Member. Owners and admins change people." });
  });

  it("is not the last owner, not even by that owner", () => {
    const owner = memberWith("owner");
    expect(mayChange("owner", owner, [owner, memberWith("admin")])).toMatchObject({
      may: false,
      why: expect.stringMatching(/last owner/i),
    });
    expect(mayChange("owner", owner, [owner, memberWith("owner")])).toEqual({ may: true });
  });

  it("is no owner for an admin, however many owners there are", () => {
    const owner = memberWith("owner");
    expect(mayChange("admin", owner, [owner, memberWith("owner")]).may).toBe(false);
    expect(mayChange("admin", memberWith("member"), [owner]).may).toBe(true);
  });
});

describe("what may be given", () => {
  it("is owner by owners only", () => {
    expect(rolesToGive("owner")).toContain("owner");
    expect(rolesToGive("admin")).not.toContain("owner");
  });

  it("is an invite by owners and admins only", () => {
    expect((["owner", "admin", "member", "observer"] as const).map((role) => mayInvite(role).may)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("pasted addresses", () => {
  it("are split, lower-cased and taken once", () => {
    expect(readAddresses(" Ada@example.org, bob@example.org;\nada@example.org  ")).toEqual([
      "ada@example.org",
      "bob@example.org",
    ]);
  });
});
