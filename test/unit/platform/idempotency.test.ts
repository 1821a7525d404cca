import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { serve } from "#platform/pipe/http.ts";
import { TableBusy } from "#platform/tables/busy.ts";
import type { Contract } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { World } from "#test/support/world.ts";

const contract = {
  make: {
    method: "POST",
    path: "/v1/things",
    access: "agents:write",
    summary: "Make a thing.",
    status: 201,
    input: z.object({ name: z.string() }),
    reply: z.object({ name: z.string(), secret: z.string() }),
  },
  found: {
    method: "POST",
    path: "/v1/founded",
    access: "signed_in",
    summary: "Found something.",
    input: z.object({}),
    reply: z.object({ n: z.number() }),
  },
} as const satisfies Contract;

const KEY = "0123456789abcdef";

describe("a POST with an idempotency key", () => {
  let world: World;
  let made: number;
  let during: () => Promise<void>;
  beforeEach(() => {
    world = new World();
    made = 0;
    during = async () => {};
  });
  const send = async (token: string, name = "one", key = KEY, path = "/v1/things") => {
    const make = async (_: unknown, input: { name: string }) => {
      made++;
      await during();
      return { name: input.name, secret: `hush-${made}` };
    };
    const handler = serve(contract, { make, found: async () => ({ n: ++made }) }, world.door());
    const headers = { "idempotency-key": key };
    const answer = await handler(world.event(`POST ${path}`, { token, body: { name }, headers }));
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? "") };
  };

  it("H07 is done once and answered alike", async () => {
    const { token } = world.person("member");
    const first = await send(token);
    expect(await send(token)).toEqual(first);
    expect(first).toEqual({ status: 201, body: { name: "one", secret: "hush-1" } });
    expect(made).toBe(1);
  });

  it("H07 is refused with another body", async () => {
    const { token } = world.person("member");
    await send(token);
    expect(await send(token, "two")).toMatchObject({ status: 409, body: { code: "idempotency.reused" } });
    expect(made).toBe(1);
  });

  it("H07 is done once of twenty at once; the others hear that it is running", async () => {
    const { token } = world.person("member");
    during = () => new Promise((resolve) => setTimeout(resolve, 20));
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(token)));
    expect(made).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === "idempotency.running")).toHaveLength(19);
  });

  it("is its caller's own: another person's or tenant's request of the same key is another", async () => {
    const ann = world.person("member");
    await send(ann.token);
    await send(world.person("member", ann.tenantId).token);
    await send(world.person("member").token);
    expect(made).toBe(3);
  });

  it("works for who belongs to no organisation yet", async () => {
    const { token } = world.newcomer();
    const first = await send(token, "", KEY, "/v1/founded");
    expect(await send(token, "", KEY, "/v1/founded")).toEqual(first);
    expect(made).toBe(1);
  });

  it("may be tried again after a refusal", async () => {
    const { token } = world.person("member");
    during = () => Promise.reject(new AppError("quota.exceeded"));
    expect(await send(token)).toMatchObject({ status: 402 });
    during = async () => {};
    expect(await send(token)).toMatchObject({ status: 201 });
  });

  it("H09 may be tried again after nothing could be written", async () => {
    const { token } = world.person("member");
    during = () => Promise.reject(new TableBusy());
    expect(await send(token)).toMatchObject({ status: 503, body: { code: "request.busy" } });
    during = async () => {};
    expect(await send(token)).toMatchObject({ status: 201 });
  });

  it("is not run again after a failure whose effect is unknown", async () => {
    const { token } = world.person("member");
    during = () => Promise.reject(new Error("lost"));
    expect(await send(token)).toMatchObject({ status: 500 });
    during = async () => {};
    expect(await send(token)).toMatchObject({ status: 409, body: { code: "idempotency.running" } });
    world.turn(61_000);
    expect(await send(token)).toMatchObject({ status: 409, body: { code: "idempotency.unfinished" } });
    expect(made).toBe(1);
  });

  it("is forgotten after a day", async () => {
    const { token } = world.person("member");
    await send(token);
    world.turn(24 * 3600 * 1000);
    expect(await send(token)).toMatchObject({ status: 201, body: { secret: "hush-2" } });
  });

  it("leaves nothing in the table that shows the reply or the key", async () => {
    const { token } = world.person("member");
    await send(token);
    const kept = JSON.stringify([...world.store.rows]);
    expect(kept).not.toContain("hush");
    expect(kept).not.toContain(KEY);
  });

  it.each([["short"], ["x".repeat(129)], ["with spaces in between"]])("is refused with the key %j", async (key) => {
    expect(await send(world.person("member").token, "one", key)).toMatchObject({ status: 400 });
    expect(made).toBe(0);
  });
});
