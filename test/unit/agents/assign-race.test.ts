import { expect, it, vi } from "vitest";
import { createAgent } from "#lambdas/agents/owner/agents.ts";
import { makeRelayTicket } from "#lambdas/tasks/tokens.ts";
import { AgentsWorld } from "#test/support/agents.ts";
import { RelayWorld } from "#test/support/relay.ts";

it("an agent keeps the socket by which its task came back while it was being assigned", async () => {
  const world = new AgentsWorld();
  const relay = new RelayWorld(world);
  const owner = await world.owner("acme");
  const waiting = await world.warmTask();
  const { id } = await createAgent(owner, { name: "Ada" });
  const execution = world.executions.at(-1) as never;
  await world.step(execution, "find");
  const { ticket } = await makeRelayTicket(await world.asTask(waiting));
  const { directory } = world;
  const at = directory.at.bind(directory);
  let over = false;
  const spied = vi.spyOn(directory, "at").mockImplementation((pk) => {
    const rows = at(pk);
    return {
      ...rows,
      get: async (sk) => {
        const row = await rows.get(sk);
        if (pk !== `TASK#${waiting}` || over) return row;
        over = true;
        world.gone.add(`conn-${waiting}`);
        await relay.open(ticket, "back");
        return row;
      },
    };
  });
  await world.step(execution, "assign");
  spied.mockRestore();
  expect(await world.row(owner, id)).toMatchObject({ connectionId: "back" });
});
