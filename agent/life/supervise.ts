import { join } from "node:path";
import { readTaskControl } from "#shared/channel/control.ts";
import { readRelayFrame } from "#shared/channel/envelope.ts";
import type { Socket } from "#shared/client/link/socket.ts";
import { type Identity, makeIdentity } from "#shared/crypto/account/identity.ts";
import { startModelProxy } from "../model/proxy.ts";
import type { OpenClaw, OpenClawInput } from "../openclaw/types.ts";
import type { Log } from "../platform/log.ts";
import { joinPlatform } from "../platform/platform.ts";
import { keepRelaySocket } from "../platform/relay.ts";
import { makeReports } from "../platform/reports.ts";
import type { Settings } from "../platform/settings.ts";
import { openAgentVault } from "../vault/vault.ts";
import { type Core, prime, stayPrimed } from "./core.ts";
import { fail, terminate } from "./leaving.ts";
import { becomeAgent, hearOrder, wake } from "./orders.ts";
import { hearUnlock } from "./unlocking.ts";

export interface SupervisorInput {
  readonly settings: Settings;
  readonly log: Log;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly fetch: typeof fetch;
  readonly makeOpenClaw: (input: OpenClawInput) => OpenClaw;
  readonly openSocket?: (url: string) => Socket;
  readonly exit: (code: number) => void;
}

export interface Supervisor {
  /** SIGTERM. */
  terminate(): Promise<void>;
  /** An error nobody caught. */
  fail(cause: unknown): Promise<void>;
}

/** Starts a task that is nobody's yet: OpenClaw on blank state, a token for the ticket, a socket at the relay. */
export async function startSupervisor(input: SupervisorInput): Promise<Supervisor> {
  const { settings, log } = input;
  const boot = makeIdentity();
  const model = await startModelProxy();
  const vault = await openAgentVault(input.fetch);
  let core: Core | undefined;
  const workDir = join(settings.folder, "openclaw");
  const openclaw = input.makeOpenClaw({
    workDir,
    model,
    door: vault.door,
    log,
    isHeld: true,
    onEvent: (event) => core?.live?.agent.hearOpenClaw(event),
  });
  const openclawIsReady = openclaw.start();
  openclawIsReady.catch(() => undefined); // heard once there is a platform to tell
  const { promise: isConnected, resolve: onConnected } = Promise.withResolvers<void>();
  const made = await makeCore(input, { boot, model, vault, openclaw, openclawIsReady, onConnected });
  core = made;
  letOpen(made);
  prime(made).then(
    async () => {
      await isConnected; // a task that cannot be reached is of no use to anyone
      await made.reports.tell("openclaw_ready");
      stayPrimed(made);
    },
    (error: unknown) => fail(made, error),
  );
  return { terminate: () => terminate(made), fail: (cause) => fail(made, cause) };
}

const HOLD_MS = 10_000;

/** A task that was run for an agent learns within seconds which state OpenClaw shall open; one that is nobody's waits for none. */
function letOpen({ platform, openclaw, startTimer, onFatal }: Core): void {
  startTimer(platform.assignment() ? HOLD_MS : 0, () => void openclaw.release().catch(onFatal));
}

interface Parts extends Pick<Core, "model" | "vault" | "openclaw" | "openclawIsReady"> {
  readonly boot: Identity;
  readonly onConnected: () => void;
}

async function makeCore(input: SupervisorInput, parts: Parts): Promise<Core> {
  const { settings, log, now, startTimer, exit } = input;
  const onFatal = (cause: unknown) => void fail(core, cause);
  const platform = await joinPlatform({ ...settings, ...input, boot: parts.boot, onLost: onFatal });
  log.info("task.joined", { taskId: platform.taskId });
  const socket = keepRelaySocket(
    settings.relayUrl,
    {
      makeTicket: async () => (await platform.api.relayTicket({})).ticket,
      startTimer,
      onText: (text) => hearText(core, text),
      onUp: () => void hearUp(core, parts.onConnected),
      onDown() {
        log.info("relay.down");
        core.live?.agent.disconnected();
      },
      onTicketRefused: (error) => log.error("relay.no_ticket", error),
    },
    input.openSocket,
  );
  const core: Core = {
    ...parts,
    ...{ platform, socket, log, now, startTimer, exit, onFatal, fetch: input.fetch },
    folder: join(settings.folder, "supervisor"),
    reports: makeReports({ api: platform.api, log, now, startTimer, onRefused: onFatal }),
    sendText: (text) => socket.send(text),
    ...{ phase: "waiting", live: undefined, isPaused: false, isOver: false },
  };
  return core;
}

/** After each reconnect as well: what was said while the socket was down is asked for. */
async function hearUp(core: Core, onConnected: () => void): Promise<void> {
  core.log.info("relay.up");
  await core.reports.tell("connected");
  onConnected();
  await becomeAgent(core, 1);
  wake(core);
}

function hearText(core: Core, text: string): void {
  if (core.live?.agent.receive(text)) return;
  const frame = readRelayFrame(text);
  if (frame?.kind === "unlock") return void hearUnlock(core, frame).catch((error: unknown) => fail(core, error));
  const order = readTaskControl(text);
  if (order) hearOrder(core, order);
}
