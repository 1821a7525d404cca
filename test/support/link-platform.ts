import type { DeviceMessage } from "#shared/channel/app-protocol.ts";
import type { Socket } from "#shared/client/link/socket.ts";
import type { Agent, Envelope } from "#shared/contracts/agents.ts";
import type { Id } from "#shared/ids.ts";
import { makeLaunchKey, startFakeAgent } from "#test/support/fake-agent.ts";

interface LinkPlace {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly agentId: Id<"agent">;
}

/** A platform in memory: one agent's row, a relay with one place on each side, and a task behind it. */
export class LinkPlatform {
  readonly place: LinkPlace;
  readonly launchKey = makeLaunchKey();
  agent: Agent;
  envelope: Envelope | null = null;
  socket: Socket | undefined;
  task: ReturnType<typeof startFakeAgent> | undefined;
  readonly queued: string[] = [];
  isFull = false;
  /** How many messages in a row it cannot write down. */
  busy = 0;
  readonly heard: DeviceMessage[] = [];

  constructor(place: LinkPlace, state: Agent["state"]) {
    this.place = place;
    this.agent = {
      ...{
        id: place.agentId,
        name: "Ada",
        ownerId: place.uid,
        state,
        size: "small",
        generation: 1,
        steps: [],
        etaSeconds: null,
      },
      ...{ online: true, saved: null, queued: 0, restarts: 0, cause: null, firstMessageAt: null, lastActiveAt: null },
      ...{ createdAt: "2026-09-01T00:00:00.000Z", version: 1 },
    };
    this.startTask(1);
  }

  startTask(generation: number, launchKey = this.launchKey, image = 1): void {
    this.agent = { ...this.agent, generation };
    this.task = startFakeAgent({
      ...{ ...this.place, generation, launchKey, image },
      send: (text) => queueMicrotask(() => this.socket?.onmessage?.({ data: text })),
      onUnlocked: () => {
        this.agent = { ...this.agent, state: "running" };
      },
      onMessage: (message, from, channel) => {
        this.heard.push(message);
        if (message.type === "ping") channel.tell(from, { type: "pong", requestId: message.requestId });
        if (message.type === "chat.list")
          channel.tell(from, { type: "state.saved", stateSeq: 7, stateHash: "h".repeat(43) });
      },
    });
  }

  readonly openSocket = (): Socket => {
    const socket: Socket = {
      ...{ readyState: 1, onopen: null, onclose: null, onerror: null, onmessage: null },
      send: (text) => {
        const frame = JSON.stringify({ ...JSON.parse(text), from: "connection-1" });
        queueMicrotask(() => this.socket === socket && this.task?.receive(frame));
      },
      close: () => this.cut(),
    };
    this.socket = socket;
    queueMicrotask(() => socket.onopen?.());
    return socket;
  };

  cut(): void {
    const lost = this.socket;
    this.socket = undefined;
    lost?.onclose?.();
  }

  tell(control: object): void {
    this.socket?.onmessage?.({
      data: JSON.stringify({ v: 1, agentId: this.place.agentId, generation: this.agent.generation, ...control }),
    });
  }
}
