import { type Cell, removeSecrets, writeRules, writeSecrets } from "../cell/cell.ts";
import { markOf } from "../cell/config.ts";
import type { Runtime } from "../cell/sandbox.ts";
import { type Driver, driveGateway } from "./driver.ts";
import type { GatewayEvent } from "./events.ts";
import { type GatewayProcess, startGatewayProcess } from "./process.ts";
import { connectGateway, type GatewaySocket } from "./socket.ts";
import { listMarked, signalAll } from "./tree.ts";

/** One life of OpenClaw: from its start until it ends, or is ended. */
export interface Gateway {
  readonly process: GatewayProcess;
  readonly driver: () => Driver;
  /** Says why, once: the process ended, or its connection closed unasked. */
  readonly lost: Promise<string>;
  /** Asks it to restart inside its process, does `between` while nothing of it is open, and connects again. @throws when it fails. */
  restart(between: Promise<void>): Promise<void>;
}

export interface BootInput {
  readonly cell: Cell;
  readonly runtime: Runtime;
  readonly onEvent: (event: GatewayEvent) => void;
  readonly onOutput: (text: string) => void;
  readonly signal: AbortSignal; // ends it while it comes up; afterwards it has no meaning
}

const BOOT_MS = 180_000; // eight at once on two cores took 57 s, beside other work 90
const CLOSE_MS = 30_000;

/** @throws when it does not come up, or comes up without the gate; nothing is left running then. */
export async function bootGateway({ cell, runtime, onEvent, onOutput, signal }: BootInput): Promise<Gateway> {
  const { sandbox, layout, port } = cell;
  if (sandbox.kind === "none") signalAll(listMarked(markOf(layout)), "SIGKILL"); // what an earlier life left behind
  await writeRules(cell);
  await writeSecrets(cell);
  const process = startGatewayProcess({ sandbox, layout, runtime, port, onOutput });
  const died = new AbortController();
  void process.exit.then((code) => died.abort(new Error(`OpenClaw ended (${code ?? "by a signal"}).`)));
  try {
    const first = await enterGateway(cell, onEvent, AbortSignal.any([died.signal, signal]));
    return holdGateway({ cell, process, first, enter: () => enterGateway(cell, onEvent, died.signal) });
  } catch (error) {
    process.kill();
    throw error;
  } finally {
    await removeSecrets(cell);
  }
}

interface Entered {
  readonly socket: GatewaySocket;
  readonly driver: Driver;
}

async function enterGateway(cell: Cell, onEvent: (event: GatewayEvent) => void, signal: AbortSignal): Promise<Entered> {
  const address = { port: cell.port, token: cell.secrets.gatewayToken };
  const socket = await connectGateway(address, Date.now() + BOOT_MS, signal);
  const driver = driveGateway(socket, onEvent);
  await driver.checkGate();
  await driver.takeStock();
  return { socket, driver };
}

interface KeepInput {
  readonly cell: Cell;
  readonly process: GatewayProcess;
  readonly enter: () => Promise<Entered>;
  readonly first: Entered;
}

function holdGateway({ cell, process, enter, first }: KeepInput): Gateway {
  let current = first;
  let isRestarting = false;
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>();
  const watch = ({ socket }: Entered) => void socket.closed.then(() => isRestarting || lose("its connection closed"));
  void process.exit.then((code) => lose(`it ended (${code ?? "by a signal"})`));
  watch(first);
  return {
    process,
    driver: () => current.driver,
    lost,
    async restart(between) {
      isRestarting = true;
      try {
        await writeSecrets(cell);
        await current.driver.requestRestart(`restart-${Date.now()}`);
        await inTime(Promise.all([current.socket.closed, between]));
        current = await enter();
        watch(current);
      } finally {
        isRestarting = false;
        await removeSecrets(cell);
      }
    },
  };
}

async function inTime(work: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("OpenClaw did not restart in time.")), CLOSE_MS);
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
