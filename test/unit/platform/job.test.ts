import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { log, traceOf } from "#platform/log.ts";
import { serveJob } from "#platform/pipe/job.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import { oneLine, sesMail } from "#platform/services/mail.ts";
import { World } from "#test/support/world.ts";

const lines = () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  return () => write.mock.calls.map(([line]) => JSON.parse(String(line)));
};
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("a machine's call", () => {
  const world = new World();
  const input = z.object({ n: z.number() });
  const double = { name: "double", input, run: async (_: unknown, { n }: { n: number }) => ({ twice: n * 2 }) };

  it("is parsed, done and noted in one line", async () => {
    const logged = lines();
    expect(await serveJob(double, {}, world.data)({ n: 4 })).toEqual({ twice: 8 });
    expect(logged()).toMatchObject([{ event: "job.done", job: "double" }]);
  });

  it("that is malformed fails before any work, and its failure is thrown on for the machine to judge", async () => {
    const logged = lines();
    await expect(serveJob(double, {}, world.data)({ n: "hunter2" })).rejects.toThrow();
    expect(logged()).toMatchObject([{ event: "job.failed", job: "double", cause: "ZodError" }]);
    expect(JSON.stringify(logged())).not.toContain("hunter2");
  });
});

describe("the log", () => {
  it("writes the keys it knows and no other", () => {
    const logged = lines();
    log.info("thing.done", { status: 200, email: "ann@example.org", body: "x" } as never);
    expect(logged()).toEqual([{ level: "info", event: "thing.done", status: 200 }]);
  });

  it("tells an error's kind and place, not what it said", () => {
    const trace = traceOf(new TypeError("password hunter2"));
    expect(trace.cause).toBe("TypeError");
    expect(trace.at[0]).toContain("job.test.ts");
    expect(JSON.stringify(trace)).not.toContain("hunter2");
  });
});

describe("a letter", () => {
  it("H06 has one line for its subject", async () => {
    vi.stubEnv("MAIL_FROM", "noreply@ocmt.example");
    const sent: { input: { Content: { Simple: { Subject: { Data: string } } } } }[] = [];
    const mail = sesMail({ send: async (command: never) => sent.push(command) } as never);
    await mail.send({ to: "a@b.c", subject: "Hi\r\nBcc: x@y.z\u0000", text: "", html: "" });
    expect(sent[0]?.input.Content.Simple.Subject.Data).toBe("Hi Bcc: x@y.z ");
    expect(oneLine("x".repeat(500))).toHaveLength(200);
  });
});

describe("a rate", () => {
  it("is counted for each one apart, and starts anew with the next window", async () => {
    const world = new World();
    const rate = (who: string) => countRate(world.directory, { what: "x", who, max: 2, seconds: 60 }, world.clock);
    await rate("a");
    await rate("a");
    await expect(rate("a")).rejects.toMatchObject({ code: "request.too_many", details: { retryAfterSeconds: 60 } });
    await rate("b");
    world.turn(60_000);
    await rate("a");
  });
});
