import { beforeEach, describe, expect, it } from "vitest";
import { fillPool } from "#lambdas/agents/jobs/warm-pool.ts";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { getLaunch } from "#lambdas/agents/owner/secrets.ts";
import { findTask, leasePool } from "#lambdas/agents/rows/task.repository.ts";
import { report } from "#lambdas/tasks/reports.ts";
import { asLaunchKey, openLaunch } from "#shared/crypto/agents/launch.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import type { Id } from "#shared/ids.ts";
import type { AgentSize } from "#shared/quotas.ts";
import { AgentsWorld } from "#test/support/agents.ts";

let world: AgentsWorld;
let owner: AgentsCtx;
beforeEach(async () => {
  world = new AgentsWorld();
  owner = await world.owner("acme");
});

describe("the warm pool", () => {
  const started: Id<"task">[] = [];
  const stopped: string[] = [];
  beforeEach(() => {
    started.length = 0;
    stopped.length = 0;
  });
  const fleet = {
    run: async (taskId: Id<"task">) => {
      started.push(taskId);
      return `arn:task/${taskId}`;
    },
    stop: async (taskArn: string) => void stopped.push(taskArn),
    definitionOf: (size: AgentSize) => world.definitionOf(size),
  };
  const fill = (want: number) => fillPool(world.jobCtx("warm-pool", { fleet }), { size: "small", want });

  it("runs what is lacking, counting tasks that are on their way", async () => {
    expect(await fill(2)).toEqual({ started: 2, ended: 0 });
    expect(await fill(2)).toEqual({ started: 0, ended: 0 });
    expect(await findTask(world.directory, started[0] as never)).toMatchObject({ assignment: null });
  });

  it("forgets a task that never came up", async () => {
    await fill(1);
    world.turn(11 * 60_000);
    expect(await fill(1)).toEqual({ started: 1, ended: 0 });
  });

  it("starts no more than are wanted in two runs at once", async () => {
    await Promise.all([fill(2), fill(2)]);
    expect(started).toHaveLength(2);
  });

  it("goes on after a run that died half-way", async () => {
    await world.directory.write(leasePool("small", world.now()));
    expect(await fill(1)).toEqual({ started: 0, ended: 0 });
    world.turn(60_000);
    expect(await fill(1)).toEqual({ started: 1, ended: 0 });
  });

  it("ends the tasks of an image that an update has replaced, and starts as many of the new one", async () => {
    await fill(2);
    world.release(8);
    expect(await fill(2)).toEqual({ started: 2, ended: 2 });
    expect(stopped.toSorted()).toEqual(
      started
        .slice(0, 2)
        .map((id) => `arn:task/${id}`)
        .toSorted(),
    );
  });

  it("takes a task that came up late, unless it is somebody's by then", async () => {
    const { id, ticket } = await world.comingTask();
    await world.runTask(id, ticket);
    world.turn(11 * 60_000);
    await report(await world.asTask(id), { fact: "openclaw_ready" });
    expect(await fill(1)).toEqual({ started: 0, ended: 0 });
    const { taskId } = await world.deploy(owner);
    expect(taskId).toBe(id);
    await report(await world.asTask(id), { fact: "openclaw_ready" });
    expect(await fill(1)).toEqual({ started: 1, ended: 0 });
  });

  it("gives no agent a task of the image before, which could not be vouched for", async () => {
    const old = await world.warmTask();
    world.release(8);
    const { agentId, taskId } = await world.deploy(owner);
    expect(taskId).not.toBe(old);
    const { statement, signature, launchKey } = await getLaunch(owner, { agentId });
    const proof = concat(decodeBase64url(statement), decodeBase64url(signature));
    expect(openLaunch(proof, asLaunchKey(decodeBase64url(launchKey))).imageDigest).toEqual(new Uint8Array(32).fill(8));
  });
});
