import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "#shared/ids.ts";
import { askForecast, type EchoService, openEchoService } from "#test/support/echo-service.ts";
import { filesBelow, readSeen } from "#test/support/files-below.ts";
import { Machine } from "#test/support/machine.ts";
import { newRunId, type OpenClawWorld, openOpenClawWorld } from "#test/support/openclaw.ts";
import { Person } from "#test/support/person.ts";
import { platformView, type Seen } from "#test/support/platform-view.ts";
import { joinProduct } from "#test/support/product.ts";
import { findSentinels, makeSentinel } from "#test/support/sentinels.ts";
import { speaking } from "#test/support/speaking.ts";
import { listTree } from "../../agent/openclaw/gateway/tree.ts";

vi.setConfig({ testTimeout: 400_000 }); // OpenClaw boots in 8 seconds, or in a hundred beside others

let service: EchoService;
beforeAll(async () => {
  service = await openEchoService();
});
afterAll(() => service.close());

/** A person who grants an item from a terminal, speaks with the agent from a browser, and takes the item back. */
describe("an item of the vault, granted to an agent", () => {
  const place = joinProduct();
  const person = new Person(place);
  const passphrase = "seven words that nobody else has said";
  const secret = makeSentinel("granted-key");
  let machine: Machine;

  beforeAll(async () => {
    await person.settle(passphrase);
    await person.deploy("Ada");
    await person.isOpen();
    machine = await Machine.enrol(place, person.email, passphrase);
    const put = ["vault", "put", "Weather service", "--type", "api_key", "--stdin"];
    await machine.json(put, { stdin: JSON.stringify({ key: secret, url: `${service.site}/docs` }) });
  }, 400_000);
  afterAll(async () => {
    await person.retire();
    await machine.remove();
  });

  const { said, say, sayAndAllow } = speaking(person);

  it("reaches the agent, which lists it by reference", async () => {
    const granted = await machine.json(["agent", "grant", "Ada", "Weather service", "--as", "weather"]);
    expect(granted).toMatchObject({ told: "told", items: [{ as: "weather", sites: [service.site] }] });
    await person.until(() =>
      person.messages.some((one) => one.type === "vault.held" && one.items[0]?.as === "weather"),
    );
    expect(await say("vault: list")).toContain("weather/key");
    expect((await machine.run(["agent", "items", "Ada"])).stdout).toMatch(/weather +Weather service +http/);
  });

  it("is used when its owner allows the request, and shown to nobody on the way back", async () => {
    const { asked, text } = await sayAndAllow(askForecast(service));
    expect(asked).toMatchObject({
      toolName: "vault_request",
      description: expect.stringContaining("weather/key"),
    });
    expect(service.keys).toEqual([secret]);
    expect(text).toContain("You sent [vault:weather/key]. The forecast is rain.");
  });

  it("is gone when it is locked, and when it is taken back", async () => {
    expect(await machine.json(["agent", "lock", "Ada"])).toMatchObject({ isLocked: true, told: "told" });
    expect(await say("vault: list")).toContain('{\\"items\\":[]}');
    expect((await sayAndAllow(askForecast(service))).text).toContain("Nothing is granted under the name");
    await machine.json(["agent", "lock", "Ada", "--off"]);
    expect(await say("vault: list")).toContain("weather/key");
    expect(await machine.json(["agent", "revoke", "Ada", "weather"])).toMatchObject({ items: [], told: "told" });
    expect(await say("vault: list")).toContain('{\\"items\\":[]}');
    expect(service.keys).toHaveLength(1);
  });

  it("was in no file of the task or of the product, in nothing the platform has, in no frame and in no answer", async () => {
    async function* everything(): AsyncGenerator<Seen> {
      yield* filesBelow(place.folder); // the disks of its tasks, while they run, and every log
      yield* filesBelow(machine.home);
      yield* platformView(place.endpoint);
      yield* person.frames.map((text) => ({ where: "relay frame", bytes: Buffer.from(text) }));
      yield* said.map((text) => ({ where: "answer", bytes: Buffer.from(text) }));
    }
    expect(await findSentinels([secret], everything())).toEqual([]);
    const used = await findSentinels(["weather/key"], filesBelow(join(place.folder, "tasks")));
    expect(used.length).toBeGreaterThan(0); // the reference is where the value would have been
  });
});

describe("the real OpenClaw and the door to the vault", () => {
  const secret = makeSentinel("held-key");
  let world: OpenClawWorld;

  beforeAll(async () => {
    world = await openOpenClawWorld();
    await world.openclaw.start();
    const fields = [{ name: "key", value: secret, isHidden: true }];
    const item = { itemId: newId("item", new Date()), itemVersion: 1, as: "weather", sites: [service.site], fields };
    world.vault.holdings.take({ version: 1, isLocked: false, items: [item] });
  }, 400_000);
  beforeEach(() => world.forgetEvents());
  afterAll(() => world?.close());

  const ask = async () => {
    const runId = newRunId();
    await world.openclaw.send({ runId, conversationId: "cnv_vault", text: askForecast(service) });
    const { approval } = await world.hear("approval", (event) => event.runId === runId);
    return { approval, end: () => world.hear("end", (event) => event.runId === runId) };
  };

  it("shows a request in whole, although it holds what looks like a secret to OpenClaw", async () => {
    const { approval, end } = await ask();
    expect(askForecast(service)).toBe(`vault: ${approval.description}`);
    await world.openclaw.resolveApproval(approval.approvalId, "deny");
    await end();
  });

  it("is open only for what the supervisor has heard the owner allow, whatever OpenClaw says", async () => {
    const before = service.keys.length;
    const { approval, end } = await ask();
    await world.openclaw.resolveApproval(approval.approvalId, "allow-once");
    expect((await end()).text).toContain("has not approved this call");
    expect(service.keys).toHaveLength(before);
  });

  it("is open after OpenClaw was given another state, too", async () => {
    const copy = join(world.folder, "copy");
    await world.openclaw.copyState(copy);
    expect(await world.openclaw.adoptState(copy)).toBe("warm");
    const { approval, end } = await ask();
    world.vault.permits.put(approval.toolCallId, approval.description);
    await world.openclaw.resolveApproval(approval.approvalId, "allow-once");
    expect((await end()).text).toContain("The forecast is rain");
    expect(service.keys.at(-1)).toBe(secret);
  });

  it("lets neither the value nor its own token into a file of the cell or an environment of its processes", async () => {
    const pids = listTree(world.openclaw.pid() ?? 0);
    const environments = await Promise.all(pids.map((pid) => readSeen(`/proc/${pid}/environ`)));
    const seen: Seen[] = [...environments];
    for await (const one of filesBelow(world.folder)) seen.push(one);
    expect(seen.length).toBeGreaterThan(20);
    expect(await findSentinels([secret, world.vault.door.token], seen)).toEqual([]);
  });
});
