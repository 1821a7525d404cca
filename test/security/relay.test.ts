import { describe, expect, it } from "vitest";
import { AgentsWorld } from "#test/support/agents.ts";
import { RelayWorld } from "#test/support/relay.ts";

const TENANTS = 25;
const FRAMES = 5_000;

describe("a warm relay", () => {
  it("E07 E08 mixes nothing up in 5,000 interleaved frames of 25 tenants, in both directions", async () => {
    const world = new AgentsWorld();
    const relay = new RelayWorld(world);
    const pairs: { device: string; task: string; mark: string }[] = [];
    for (let nth = 0; nth < TENANTS; nth += 1) {
      const owner = await world.owner(`tenant-${nth}`);
      const { agentId, taskId } = await world.deploy(owner);
      const device = await relay.device(owner, agentId, `device-${nth}`);
      pairs.push({ device, task: `conn-${taskId}`, mark: Buffer.from(`tenant ${nth}`).toString("base64url") });
    }
    world.posted.length = 0;
    const frame = (to: string, b64: string) => ({ v: 1, to, kind: "frame", sid: "A".repeat(22), seq: 1, b64 });
    const send = (n: number) => {
      const { device, task, mark } = pairs[(n * 7 + (n % 13)) % TENANTS] ?? { device: "", task: "", mark: "" };
      return n % 2 ? relay.send(device, frame("agent", mark)) : relay.send(task, frame(device, mark));
    };
    // in batches, so that later ones meet what the relay remembers of earlier ones
    for (let from = 0; from < FRAMES; from += 100)
      await Promise.all(Array.from({ length: 100 }, (_, nth) => send(from + nth)));
    expect(world.posted).toHaveLength(FRAMES);
    const markOf = new Map(
      pairs.flatMap(({ device, task, mark }) => [
        [device, mark],
        [task, mark],
      ]),
    );
    expect(world.posted.filter(({ to, control }) => control["b64"] !== markOf.get(to))).toEqual([]);
  });
});
