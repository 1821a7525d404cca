import { describe, expect, it } from "vitest";
import { type AuthorizerClaims, readClaims } from "#platform/rules/authorizer-claims.ts";
import { newId } from "#shared/ids.ts";
import { httpEvent } from "#test/support/http-event.ts";

const now = new Date();
const userId = newId("user", now);
const tid = newId("tenant", now);
const read = (lambda: object) => readClaims(httpEvent("GET /v1/x", { authorizer: lambda as Record<string, unknown> }));
const person: AuthorizerClaims = { kind: "user", userId, sid: newId("session", now), authTime: 7, tid, role: "admin" };

describe("the authorizer's claims", () => {
  it("become a person, a key or a task", () => {
    expect(read(person)).toMatchObject({ kind: "user", userId, tenantId: tid, role: "admin" });
    expect(read({ ...person, tid: "", role: "" })).toMatchObject({ tenantId: null, role: null });
    expect(read({ ...person, authTime: "8" })).toMatchObject({ authTime: 8 });
    expect(read({ ...person, authTime: undefined })).toMatchObject({ authTime: 0 });
    const key = {
      kind: "key",
      userId,
      keyId: newId("apiKey", now),
      tid,
      role: "member",
      permissions: "agents:read,agents:chat",
    };
    expect(read(key)).toMatchObject({ kind: "key", permissions: ["agents:read", "agents:chat"] });
    const taskId = newId("task", now);
    const agentId = newId("agent", now);
    const task = { kind: "task", taskId, tid, agentId, userId, generation: "3" };
    expect(read(task)).toEqual({ kind: "task", taskId, assignment: { tenantId: tid, agentId, userId, generation: 3 } });
    const idle = { ...task, tid: "", agentId: "", userId: "", generation: 0 };
    expect(read(idle)).toEqual({ kind: "task", taskId, assignment: null });
  });

  it.each([
    ["nobody", { kind: "nobody" }],
    ["an unknown kind", { ...person, kind: "admin" }],
    ["a malformed user", { ...person, userId: "usr_*" }],
    ["a malformed tenant", { ...person, tid: "tnt_*" }],
    ["an unknown role", { ...person, role: "root" }],
    ["a time that is none", { ...person, authTime: "soon" }],
    ["no session", { ...person, sid: undefined }],
    ["an unknown permission", { ...person, kind: "key", keyId: newId("apiKey", now), permissions: "all" }],
  ])("are refused when they name %s", (_, claims) => {
    expect(() => read(claims)).toThrow(expect.objectContaining({ code: "auth.required" }));
  });

  it("are refused when there are none, whatever the request says of itself", () => {
    const headers = { "x-tenant-id": tid, "x-user-id": userId, authorization: "Bearer x" };
    expect(() => readClaims(httpEvent("GET /v1/x", { headers }))).toThrow(
      expect.objectContaining({ code: "auth.required" }),
    );
  });
});
