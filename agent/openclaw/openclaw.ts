import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { apiOf } from "../model/proxy.ts";
import { makeBell } from "./bell.ts";
import { type Cell, makeCell } from "./cell/cell.ts";
import { openState } from "./cell/hold.ts";
import type { Layout } from "./cell/layout.ts";
import { findGatePlugin, findRuntime } from "./cell/runtime.ts";
import { chooseSandbox } from "./cell/sandbox.ts";
import { bootGateway, type Gateway } from "./gateway/boot.ts";
import type { GatewayEvent } from "./gateway/events.ts";
import { type KeptGateway, keepGateway } from "./keep-up.ts";
import { makeMemory } from "./memory.ts";
import { primeGateway } from "./prime.ts";
import { sessionKeyOf, trackRuns } from "./runs.ts";
import { adoptWarm, hasAdopted } from "./state/adopt.ts";
import { dropArchives, dropOld, readSessions, type SessionIds, stageCopy, swapState, writeCopy } from "./state/copy.ts";
import type { OpenClaw, OpenClawInput } from "./types.ts";

class OpenClawDown extends Error {
  override readonly name = "OpenClawDown";
  readonly code = "openclaw.down";
}

/** OpenClaw in its cell, kept up, spoken to, its state taken and brought back. */
export function makeOpenClaw({
  workDir,
  model,
  door,
  uid,
  onEvent,
  log,
  isHeld = false,
  ...input
}: OpenClawInput): OpenClaw {
  const sandbox = chooseSandbox(uid, input.sandbox === "none" ? () => false : undefined);
  const runs = trackRuns({
    budget: model.budget,
    wholeOf: door.wholeOf,
    tell: onEvent,
    refuse(approvalId) {
      log.info("approval.not_shown");
      void kept
        .current()
        ?.driver()
        .decide(approvalId, "deny")
        .catch(() => undefined); // it died; so did the call
    },
  });
  const heard = makeBell<GatewayEvent>();
  const printed = makeBell<string>();
  heard.listen(runs.hear);

  let made: Promise<Cell> | undefined;
  const makeOwn = async () => {
    const ports = { proxy: model.port, door: door.port };
    const tokens = { proxyToken: model.token, doorToken: door.token };
    const cell = await makeCell({ folder: workDir, sandbox, gatePlugin: findGatePlugin(), ports, tokens });
    if (!isHeld) await openState(cell.layout);
    return cell;
  };
  const getCell = () => {
    made ??= makeOwn();
    return made;
  };
  const kept = keepGateway({
    log,
    boot: async (signal) => {
      const cell = await getCell();
      return bootGateway({ cell, runtime: findRuntime(), onEvent: heard.ring, onOutput: printed.ring, signal });
    },
    onUp: () => onEvent({ is: "up" }),
    onDown(reason) {
      runs.loseAll();
      onEvent({ is: "down", reason });
    },
  });
  const parts: Parts = { kept, getCell, printed: printed.listen };
  return {
    ...talkTo(parts, { runs, model }),
    ...keepState(parts, isHeld),
    pid: () => kept.current()?.process.pid,
    isUp: () => kept.current() !== undefined,
    start: kept.start,
    stop: kept.stop,
    async prime() {
      await primeGateway(awake(kept), heard.listen);
      await dropArchives((await getCell()).layout);
    },
    freeze: () => runs.isIdle() && kept.current()?.process.freeze(),
    thaw: () => kept.current()?.process.thaw(),
  };
}

interface Parts {
  readonly kept: KeptGateway;
  readonly getCell: () => Promise<Cell>;
  readonly printed: (hear: (text: string) => void) => () => void;
}

/** @throws OpenClawDown */
function awake(kept: KeptGateway): Gateway {
  const gateway = kept.current();
  if (!gateway) throw new OpenClawDown("OpenClaw is down; it is being started again.");
  gateway.process.thaw();
  return gateway;
}

type Talking = "send" | "abort" | "resolveApproval" | "replay" | "knows" | "deleteSession";

function talkTo(
  { kept, getCell }: Parts,
  { runs, model }: { runs: ReturnType<typeof trackRuns>; model: OpenClawInput["model"] },
): Pick<OpenClaw, Talking> {
  const memory = makeMemory();
  const driver = () => awake(kept).driver();
  return {
    async send({ runId, conversationId, text }) {
      const drive = driver();
      if (!runs.begin(runId)) return;
      const told = memory.introduce(conversationId, text);
      const run = { runId, sessionKey: sessionKeyOf(conversationId), text: told, model: apiOf(model.chosen()) };
      try {
        await drive.send(run);
      } catch (error) {
        runs.take(runId);
        throw error;
      }
      memory.drop(conversationId);
    },
    abort: async (conversationId) => driver().abort(sessionKeyOf(conversationId)),
    resolveApproval: async (approvalId, decision) => driver().decide(approvalId, decision),
    replay: async (conversationId, turns) => memory.keep(conversationId, turns),
    knows: async (conversationId) => (await driver().listSessions()).has(sessionKeyOf(conversationId)),
    async deleteSession(conversationId) {
      memory.drop(conversationId);
      await driver().forget(sessionKeyOf(conversationId));
      await dropArchives((await getCell()).layout);
    },
  };
}

type Keeping = "copyState" | "release" | "adoptState";

function keepState({ kept, getCell, printed }: Parts, isHeld: boolean): Pick<OpenClaw, Keeping> {
  let isReleased = !isHeld;
  let placed: { readonly from: string; readonly sessions: SessionIds } | undefined;
  return {
    async copyState(into) {
      const { layout } = await getCell();
      const gateway = kept.current();
      const wasFrozen = gateway?.process.isFrozen() ?? false;
      gateway?.process.thaw();
      const sessions = (await gateway?.driver().listSessions()) ?? new Map<string, string>();
      gateway?.process.freeze();
      await writeCopy(layout, into, sessions).finally(() => wasFrozen || gateway?.process.thaw());
    },
    async release(from) {
      if (isReleased) return;
      isReleased = true;
      const cell = await getCell();
      try {
        if (from === undefined) return;
        const sessions = await readSessions(from);
        await stageCopy(cell.layout, cell.sandbox, from);
        await swapState(cell.layout);
        placed = { from, sessions };
      } finally {
        await openState(cell.layout);
      }
    },
    async adoptState(from) {
      if (placed?.from === from) return checkPlaced(kept, (await getCell()).layout, placed.sessions);
      return takeOver({ kept, getCell, printed }, from);
    },
  };
}

/** Where it does not work on what was placed, it is started anew: the state lies there. */
async function checkPlaced(kept: KeptGateway, layout: Layout, sessions: SessionIds): Promise<"placed" | "cold"> {
  const gateway = kept.current();
  const isRight = gateway !== undefined && (await hasAdopted({ gateway, layout, sessions }));
  if (!isRight) await kept.replace(async () => undefined);
  await dropOld(layout);
  return isRight ? "placed" : "cold";
}

async function takeOver({ kept, getCell, printed }: Parts, from: string): Promise<"warm" | "cold"> {
  const { layout, sandbox } = await getCell();
  const sessions = await readSessions(from);
  await stageCopy(layout, sandbox, from);
  const gateway = kept.current();
  gateway?.process.thaw();
  const isWarm = gateway !== undefined && (await adoptWarm({ gateway, layout, sessions, listen: printed }));
  if (!isWarm) await kept.replace(async () => (existsSync(layout.stage) ? swapState(layout) : undefined));
  await dropOld(layout);
  await rm(from, { recursive: true, force: true });
  return isWarm ? "warm" : "cold";
}
