import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { makeRelayTicket as ticketOfDevice } from "#lambdas/chat/chat.ts";
import { addDevice } from "#lambdas/keyring/devices.ts";
import { admit, Knock } from "#lambdas/relay/admit.ts";
import { handleEvent, SocketEvent } from "#lambdas/relay/events.ts";
import { makePeers } from "#lambdas/relay/peers.ts";
import { makeRelayTicket as ticketOfTask } from "#lambdas/tasks/tokens.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { AgentsWorld } from "./agents.ts";

/** The relay as API Gateway drives it: a knock, then what happens to the socket. */
export class RelayWorld {
  readonly world: AgentsWorld;
  readonly #ctx;

  constructor(world: AgentsWorld) {
    this.world = world;
    this.#ctx = world.jobCtx("relay", { ...world.lifecycle, peers: makePeers() });
  }

  knock = (ticket: string) =>
    admit(this.#ctx, Knock.parse({ methodArn: "arn:socket", queryStringParameters: { ticket } }));

  #hear(routeKey: string, connectionId: string, more: { body?: string; authorizer?: object } = {}) {
    const { body, authorizer } = more;
    return handleEvent(this.#ctx, SocketEvent.parse({ requestContext: { routeKey, connectionId, authorizer }, body }));
  }

  /** The status with which the socket is opened or refused. */
  async open(ticket: string, connectionId: string): Promise<number> {
    const { context, policyDocument } = await this.knock(ticket);
    if (policyDocument.Statement[0]?.Effect !== "Allow") return 403;
    return (await this.#hear("$connect", connectionId, { authorizer: context })).statusCode;
  }
  close = (connectionId: string) => this.#hear("$disconnect", connectionId);
  send = (connectionId: string, body: string | object) =>
    this.#hear("$default", connectionId, { body: typeof body === "string" ? body : JSON.stringify(body) });
  bare = (routeKey: string, connectionId: string) => this.#hear(routeKey, connectionId);

  async ticketFor(owner: AgentsCtx, agentId: Id<"agent">): Promise<string> {
    const deviceId = newId("device", this.world.now());
    await addDevice(owner, { id: deviceId, name: "Laptop", cert: "AAAA" });
    return (await ticketOfDevice(owner, { agentId, deviceId })).ticket;
  }
  async device(owner: AgentsCtx, agentId: Id<"agent">, connectionId: string): Promise<string> {
    await this.open(await this.ticketFor(owner, agentId), connectionId);
    return connectionId;
  }
  async task(taskId: Id<"task">, connectionId: string): Promise<number> {
    return this.open((await ticketOfTask(await this.world.asTask(taskId))).ticket, connectionId);
  }

  /** What was sent to a socket, since the last time somebody asked. */
  heardBy(connectionId: string): Record<string, unknown>[] {
    const heard = this.world.posted.filter(({ to }) => to === connectionId).map(({ control }) => control);
    this.world.posted.splice(0, this.world.posted.length, ...this.world.posted.filter(({ to }) => to !== connectionId));
    return heard;
  }
}
