import { describe, expect, it } from "vitest";
import { agentsRoutes } from "#lambdas/agents/routes.ts";
import { tenantsRoutes } from "#lambdas/tenants/routes.ts";
import { serve } from "#platform/pipe/http.ts";
import type { Actor } from "#platform/rules/context.ts";
import { agentsContract } from "#shared/contracts/agents.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { AgentsWorld } from "#test/support/agents.ts";

/** Lists as they are deployed; that any altered cursor is refused is shown in test/unit/platform/cursor.test.ts. */
describe("E06 a place in one's own list", () => {
  async function settle() {
    const world = new AgentsWorld();
    const door = world.door({ ...world.ports, ...world.taskPorts });
    const handlers = {
      agents: serve(agentsContract, agentsRoutes, door),
      tenants: serve(tenantsContract, tenantsRoutes, door),
    };
    const found = async (slug: string) => {
      const owner = { ...(await world.owner(slug)), ...world.ports };
      const colleague = await world.join(owner, `colleague@${slug}.example`, "admin");
      await world.upgrade(owner.actor.tenantId, "pro");
      const { agentId } = await world.deploy(owner);
      await world.deploy(owner, "Second");
      return { agentId, token: world.admit(owner.actor as Actor), colleague: world.admit(colleague) };
    };
    const read = async (path: string, token: string, cursor?: string, agentId = "") => {
      const domain = path.includes("agents") ? "agents" : "tenants";
      const query = { limit: "1", ...(cursor ? { cursor } : {}) };
      const { statusCode, body = "" } = await handlers[domain](
        world.event(`GET ${path}`, { token, query, ...(agentId ? { params: { agentId } } : {}) }),
      );
      return {
        status: statusCode,
        ...(JSON.parse(body) as { cursor?: string | null; code?: string; items?: unknown[] }),
      };
    };
    return { world, read, mine: await found("mine"), theirs: await found("theirs") };
  }

  it.each(["/v1/agents", "/v1/agents/{agentId}/events", "/v1/members"])("of %s opens no other list", async (path) => {
    const { world, read, mine, theirs } = await settle();
    const { cursor } = await read(path, mine.token, undefined, mine.agentId);
    expect(cursor).toEqual(expect.any(String));
    const at = cursor ?? "";
    const refused = { status: 400, code: "request.cursor_invalid" };
    expect(await read(path, theirs.token, at, theirs.agentId)).toMatchObject(refused);
    expect(await read(path, mine.colleague, at, mine.agentId)).toMatchObject(refused);
    for (const other of ["/v1/agents", "/v1/members"].filter((one) => one !== path))
      expect(await read(other, mine.token, at)).toMatchObject(refused);
    expect(await read(path, mine.token, at, mine.agentId)).toMatchObject({ status: 200, items: { length: 1 } });
    world.turn(24 * 3_600_000);
    expect(await read(path, mine.token, at, mine.agentId)).toMatchObject(refused);
  });
});
