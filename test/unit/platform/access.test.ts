import { describe, expect, it } from "vitest";
import { authorize } from "#platform/rules/access.ts";
import { contracts } from "#shared/contracts/index.ts";
import type { Access } from "#shared/contracts/route.ts";
import { KEY_SCOPES, PERMISSIONS } from "#shared/permissions.ts";
import { World } from "#test/support/world.ts";

/** The last wall by itself, whatever the doors before it let through. */
describe("access", () => {
  const world = new World();
  const refusal = (actor: Parameters<typeof authorize>[0], access: Access, fresh?: true) => {
    try {
      authorize(actor, { access, ...(fresh && { fresh }) }, world.clock);
      return "allowed";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it.each([
    ["public", "allowed", "allowed", "allowed", "allowed", "allowed"],
    ["signed_in", "auth.required", "allowed", "allowed", "auth.forbidden", "auth.forbidden"],
    ["task", "auth.required", "auth.forbidden", "auth.forbidden", "auth.forbidden", "allowed"],
    ["agents:read", "auth.required", "auth.no_tenant", "allowed", "allowed", "auth.forbidden"],
    ["agents:write", "auth.required", "auth.no_tenant", "allowed", "auth.forbidden", "auth.forbidden"],
    ["members:write", "auth.required", "auth.no_tenant", "auth.forbidden", "auth.forbidden", "auth.forbidden"],
  ] as const)("to %s is: anyone %s, newcomer %s, member %s, key of agents:read %s, task %s", (access, ...expected) => {
    const member = world.person("member");
    const actors = [
      { kind: "anyone" } as const,
      world.newcomer(),
      member,
      world.program(member, ["agents:read"]),
      world.task(),
    ];
    expect(actors.map((actor) => refusal(actor, access))).toEqual(expected);
  });

  it("F16 to what is dangerous is for five minutes after a person's proof, and a key's scopes stand", () => {
    const owner = world.person("owner");
    const newcomer = world.newcomer();
    const program = world.program(owner, ["agents:write"]);
    const answers = () => [
      refusal(owner, "agents:write", true),
      refusal(owner, "signed_in", true),
      refusal(newcomer, "signed_in", true),
      refusal(program, "agents:write", true),
      refusal(owner, "agents:write"),
    ];
    world.turn(5 * 60_000);
    expect(answers()).toEqual(Array(5).fill("allowed"));
    world.turn(1);
    expect(answers()).toEqual(["auth.stale", "auth.stale", "auth.stale", "allowed", "allowed"]);
    expect(refusal(newcomer, "agents:write", true)).toBe("auth.no_tenant"); // who may not at all is told that
    expect(refusal(world.person("observer"), "agents:write", true)).toBe("auth.forbidden");
  });

  it("is never given to the platform's own actor by a route", () => {
    expect(refusal({ kind: "system", job: "x" }, "agents:read")).toBe("auth.forbidden");
    expect(refusal({ kind: "system", job: "x" }, "signed_in")).toBe("auth.forbidden");
  });

  it("has no permission and no scope that no route asks for", () => {
    const asked = new Set(
      Object.values(contracts).flatMap((contract) => Object.values(contract).map(({ access }) => access)),
    );
    expect(PERMISSIONS.filter((permission) => !asked.has(permission))).toEqual([]);
    expect(KEY_SCOPES.filter((scope) => !asked.has(scope))).toEqual([]);
  });
});
