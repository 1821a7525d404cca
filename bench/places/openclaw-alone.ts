import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelProxy } from "../../agent/model/proxy.ts";
import { makeOpenClaw } from "../../agent/openclaw/openclaw.ts";
import { makeLog } from "../../agent/platform/log.ts";
import { openAgentVault } from "../../agent/vault/vault.ts";
import { standUntil } from "./standing.ts";

/** What a reply took, from the question on. */
interface Heard {
  readonly firstMs: number;
  readonly endMs: number;
}

export interface OpenClawAlone {
  readonly pid: number;
  say(text: string, conversationId?: string): Promise<Heard>;
  /** Stops every process of it where it stands; the next question thaws it. */
  freeze(): void;
  close(): Promise<void>;
}

/**
 * The peer of every figure about a whole agent: `openclaw gateway` with nothing around it. It answers by the same demo model, over
 * the same loopback proxy, from an empty folder; there is no supervisor, no relay, no platform, no sealed state, no priming.
 */
export async function bootOpenClawAlone(): Promise<OpenClawAlone> {
  const folder = await mkdtemp(join(tmpdir(), "ocmt-bench-openclaw-"));
  await chmod(folder, 0o711);
  const model = await startModelProxy();
  const vault = await openAgentVault(fetch);
  const runs = new Map<string, { first?: number; readonly end: PromiseWithResolvers<number> }>();
  const openclaw = makeOpenClaw({
    workDir: join(folder, "cell"),
    model,
    door: vault.door,
    sandbox: "none",
    ...(process.getuid?.() === 0 ? { uid: 61_950 } : {}),
    onEvent(event) {
      const run = event.is === "delta" || event.is === "end" ? runs.get(event.runId) : undefined;
      if (!run) return;
      run.first ??= performance.now();
      if (event.is === "end") run.end.resolve(performance.now());
    },
    log: makeLog(() => undefined),
  });
  const close = standUntil(async () => {
    await openclaw.stop();
    await model.close();
    await vault.close();
    await rm(folder, { recursive: true, force: true });
  });
  try {
    await openclaw.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    pid: openclaw.pid() ?? 0,
    async say(text, conversationId = `bench-${runs.size}`) {
      const runId = `bench-${process.pid}-${runs.size}`;
      const run: { first?: number; readonly end: PromiseWithResolvers<number> } = { end: Promise.withResolvers() };
      runs.set(runId, run);
      const from = performance.now();
      await openclaw.send({ runId, conversationId, text });
      const end = await run.end.promise;
      return { firstMs: (run.first ?? end) - from, endMs: end - from };
    },
    freeze: () => void openclaw.freeze(),
    close,
  };
}

/** From nothing to the first token of its first reply, in milliseconds; to the whole reply for `until: "reply"`. */
export async function bootAndAskAlone(until: "token" | "reply" = "token"): Promise<number> {
  const from = performance.now();
  const alone = await bootOpenClawAlone();
  const asked = performance.now();
  try {
    const { firstMs, endMs } = await alone.say("hello");
    return asked - from + (until === "token" ? firstMs : endMs);
  } finally {
    await alone.close();
  }
}
