import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ModelProxy, startModelProxy } from "../../agent/model/proxy.ts";
import { makeOpenClaw } from "../../agent/openclaw/openclaw.ts";
import type { OpenClaw, OpenClawEvent, OpenClawInput } from "../../agent/openclaw/types.ts";
import { makeLog } from "../../agent/platform/log.ts";
import { type AgentVault, openAgentVault } from "../../agent/vault/vault.ts";

type EventOf<K extends OpenClawEvent["is"]> = Extract<OpenClawEvent, { is: K }>;

/** The real OpenClaw in a folder of its own, and all it told. */
export interface OpenClawWorld {
  readonly openclaw: OpenClaw;
  readonly model: ModelProxy;
  readonly vault: AgentVault;
  readonly folder: string; // the cell is `folder`/cell
  readonly events: readonly OpenClawEvent[];
  /** The first that fits, of those told already or soon. */
  hear<K extends OpenClawEvent["is"]>(is: K, fits?: (event: EventOf<K>) => boolean): Promise<EventOf<K>>;
  /** Sends and waits for the end. */
  say(conversationId: string, text: string): Promise<EventOf<"end">>;
  forgetEvents(): void;
  close(): Promise<void>;
}

const USER = 61_900; // who OpenClaw is, where the tests are root
const HEAR_MS = 200_000; // a machine full of other tests takes minutes
let count = 0;

export async function openOpenClawWorld(more: Pick<OpenClawInput, "sandbox" | "isHeld"> = {}): Promise<OpenClawWorld> {
  const folder = await mkdtemp(join(tmpdir(), "ocmt-openclaw-"));
  await chmod(folder, 0o711);
  const model = await startModelProxy();
  const vault = await openAgentVault(fetch);
  const events: OpenClawEvent[] = [];
  const openclaw = makeOpenClaw({
    workDir: join(folder, "cell"),
    model,
    door: vault.door,
    ...(process.getuid?.() === 0 ? { uid: USER } : {}),
    ...more,
    onEvent: (event) => void events.push(event),
    log: makeLog(() => undefined),
  });
  const world: OpenClawWorld = {
    ...{ openclaw, model, vault, folder, events },
    async hear(is, fits = () => true) {
      const isIt = (event: OpenClawEvent): event is EventOf<typeof is> =>
        event.is === is && fits(event as EventOf<typeof is>); // `is` says which
      for (const until = Date.now() + HEAR_MS; Date.now() < until; await sleep(20)) {
        const found = events.find(isIt);
        if (found) return found;
      }
      throw new Error(`"${is}" was not told; the last was ${JSON.stringify(events.at(-1))}`);
    },
    async say(conversationId, text) {
      const runId = newRunId();
      await openclaw.send({ runId, conversationId, text });
      return world.hear("end", (event) => event.runId === runId);
    },
    forgetEvents: () => void events.splice(0),
    async close() {
      await openclaw.stop();
      await model.close();
      await vault.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

export const newRunId = (): string => `run-${process.pid}-${++count}`;
