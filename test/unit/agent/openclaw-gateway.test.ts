import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeGateway, openFakeGateway } from "#test/support/fake-gateway.ts";
import { driveGateway } from "../../../agent/openclaw/gateway/driver.ts";
import type { GatewayEvent } from "../../../agent/openclaw/gateway/events.ts";
import { connectGateway, GatewayError } from "../../../agent/openclaw/gateway/socket.ts";

let gateway: FakeGateway;
const enter = () => connectGateway({ port: gateway.port, token: "the token" }, Date.now() + 2_000);

beforeEach(async () => {
  gateway = await openFakeGateway();
});
afterEach(() => gateway.close());

describe("the socket", () => {
  it("answers the challenge with the token before anything else is asked", async () => {
    const socket = await enter();
    expect(gateway.asked).toMatchObject([{ method: "connect", params: { auth: { token: "the token" } } }]);
    socket.close();
  });

  it("tries again while the gateway is starting", async () => {
    let refusals = 2;
    gateway.answer("connect", () => (refusals-- > 0 ? new Error("UNAVAILABLE") : { ok: true }));
    await enter();
    expect(gateway.asked).toHaveLength(3);
  });

  it("waits for a gateway which does not listen yet", async () => {
    const { port } = gateway;
    await gateway.close();
    const waiting = connectGateway({ port, token: "the token" }, Date.now() + 5_000);
    await sleep(150);
    gateway = await openFakeGateway(port);
    await expect(waiting).resolves.toBeDefined();
  });

  it("gives up at once when it is refused for good", async () => {
    gateway.answer("connect", () => new Error("UNAUTHORIZED"));
    await expect(enter()).rejects.toMatchObject({ name: "GatewayError", code: "UNAUTHORIZED" });
    expect(gateway.asked).toHaveLength(1);
  });

  it("stops trying when it is told to", async () => {
    gateway.answer("connect", () => new Error("UNAVAILABLE"));
    const address = { port: gateway.port, token: "the token" };
    const waiting = connectGateway(address, Date.now() + 60_000, AbortSignal.timeout(100));
    await expect(waiting).rejects.toThrow("timeout");
  });

  it("refuses what is pending when it closes, and what is not answered in time", async () => {
    gateway.answer("never", () => undefined);
    const socket = await enter();
    await expect(socket.request("never", {}, 30)).rejects.toMatchObject({ code: "timeout" });
    const pending = expect(socket.request("never")).rejects.toBeInstanceOf(GatewayError);
    gateway.dropAll();
    await pending;
    await socket.closed;
    await expect(socket.request("late")).rejects.toMatchObject({ code: "closed" });
  });
});

describe("the driver", () => {
  const drive = async () => {
    const heard: GatewayEvent[] = [];
    return { heard, driver: driveGateway(await enter(), (event) => heard.push(event)) };
  };
  const run = { sessionKey: "agent:main:cnv_1", text: "hi", model: "completions" } as const;

  it("chooses a session's model when it is another than it uses", async () => {
    const row = { key: "agent:main:cnv_old", modelProvider: "messages", model: "model" };
    gateway.answer("sessions.list", () => ({ sessions: [row] }));
    const { driver } = await drive();
    await driver.takeStock();
    await driver.send({ ...run, runId: "r1" });
    await driver.send({ ...run, runId: "r2", model: "messages" });
    await driver.send({ ...run, runId: "r3", model: "messages" });
    await driver.send({ ...run, runId: "r4", model: "messages", sessionKey: row.key });
    await driver.send({ ...run, runId: "r5", sessionKey: row.key });
    const patched = gateway.asked.filter(({ method }) => method === "sessions.patch").map(({ params }) => params);
    expect(patched).toEqual([
      { key: run.sessionKey, model: "messages/model" },
      { key: row.key, model: "completions/model" },
    ]);
    const said = { sessionKey: row.key, message: "hi", idempotencyKey: "r5", queueMode: "interrupt" };
    expect(gateway.asked.at(-1)?.params).toEqual(said);
  });

  it("asks again while another run of the session is being ended, and never again where it is refused", async () => {
    let refusals = 2;
    const ending = new Error("UNAVAILABLE", { cause: { details: { retryAfterMs: 5 } } });
    gateway.answer("chat.send", () => (refusals-- > 0 ? ending : {}));
    const { driver } = await drive();
    await driver.send({ ...run, runId: "r1" });
    const sent = () => gateway.asked.filter(({ method }) => method === "chat.send");
    expect(sent().map(({ params }) => params["idempotencyKey"])).toEqual(["r1", "r1", "r1"]);
    gateway.answer("chat.send", () => new Error("INVALID_REQUEST", { cause: { retryAfterMs: 5 } }));
    await expect(driver.send({ ...run, runId: "r2" })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    expect(sent()).toHaveLength(4);
  });

  it.each(["abort", "forget"] as const)("asks no more for what was not taken yet, after %s", async (how) => {
    gateway.answer("chat.send", () => new Error("UNAVAILABLE", { cause: { retryAfterMs: 60_000 } }));
    const { driver, heard } = await drive();
    const sending = driver.send({ ...run, runId: "r1" });
    await expect.poll(() => gateway.asked.at(-1)?.method).toBe("chat.send");
    await sleep(20); // it was answered, and waits
    await driver[how](run.sessionKey);
    await sending;
    expect(gateway.asked.filter(({ method }) => method === "chat.send")).toHaveLength(1);
    expect(heard).toEqual([{ is: "end", runId: "r1", state: "aborted", text: "" }]);
  });

  it("tells what concerns us and nothing else", async () => {
    const { heard } = await drive();
    gateway.tell("presence", { anything: 1 });
    gateway.tell("chat", { runId: "r1", state: "delta", deltaText: "hel" });
    await expect.poll(() => heard).toEqual([{ is: "text", runId: "r1", text: "hel" }]);
  });

  it.each([
    ["is not there", []],
    ["is disabled", [{ id: "ocmt-gate", state: "disabled" }]],
    ["did not load", [{ id: "ocmt-gate", state: "enabled", runtime: { state: "error" } }]],
  ])("refuses an OpenClaw whose gate %s", async (_how, plugins) => {
    gateway.answer("plugins.list", () => ({ plugins }));
    const { driver } = await drive();
    await expect(driver.checkGate()).rejects.toMatchObject({ name: "GateMissing" });
  });

  it("accepts one whose gate stands", async () => {
    const { driver } = await drive();
    await expect(driver.checkGate()).resolves.toBeUndefined();
  });

  it("aborts the turns that were cut off, and no other session", async () => {
    gateway.answer("sessions.list", () => ({
      sessions: [
        { key: "a", status: "running" },
        { key: "b", status: "done" },
      ],
    }));
    const { driver } = await drive();
    await driver.takeStock();
    const aborted = gateway.asked.filter(({ method }) => method === "sessions.abort");
    expect(aborted).toEqual([{ method: "sessions.abort", params: { key: "a" } }]);
  });
});
