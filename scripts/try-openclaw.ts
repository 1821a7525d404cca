/**
 * What: starts the real OpenClaw in its cell and talks to it from this terminal; prints its events with times.
 * When: something of agent/openclaw or of the package is changed. Who: any developer; it needs no network and no key.
 * How: node scripts/try-openclaw.ts [folder] then lines: text | /allow | /deny | /wait | /freeze | /thaw | /kill | /copy DIR | /adopt DIR | /sleep N | /abort | /delete | /quit
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { startModelProxy } from "../agent/model/proxy.ts";
import { makeOpenClaw } from "../agent/openclaw/openclaw.ts";
import { makeLog } from "../agent/platform/log.ts";
import { openAgentVault } from "../agent/vault/vault.ts";

const bornAt = performance.now();
const say = (...what: unknown[]) => console.log(((performance.now() - bornAt) / 1000).toFixed(2), ...what);
const workDir = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "openclaw-")));
const model = await startModelProxy();
const vault = await openAgentVault(fetch);
let approvalId = "";
let wake = () => {};
const openclaw = makeOpenClaw({
  workDir,
  model,
  door: vault.door,
  ...(process.getuid?.() === 0 ? { uid: 61_000 } : {}),
  onEvent(event) {
    say(JSON.stringify(event).slice(0, 900));
    if (event.is === "approval") approvalId = event.approval.approvalId;
    if (event.is === "approval" || event.is === "end" || event.is === "up") wake();
  },
  log: makeLog(),
});
await openclaw.start();
say("started");
await openclaw.prime();
say("primed", workDir);

const commands: Record<string, (argument: string) => unknown> = {
  "/allow": () => openclaw.resolveApproval(approvalId, "allow-once"),
  "/deny": () => openclaw.resolveApproval(approvalId, "deny"),
  "/wait": () =>
    new Promise<void>((resolve) => {
      wake = resolve; // the next end, question or coming up
    }),
  "/abort": () => openclaw.abort("try"),
  "/freeze": openclaw.freeze,
  "/thaw": openclaw.thaw,
  "/kill": () => process.kill(openclaw.pid() ?? 0, "SIGKILL"),
  "/copy": openclaw.copyState,
  "/adopt": openclaw.adoptState,
  "/delete": () => openclaw.deleteSession("try"),
  "/sleep": (seconds) => new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000)),
};
let runs = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "/quit") break;
  const [word = "", ...rest] = line.split(" ");
  const act =
    commands[word] ?? (() => openclaw.send({ runId: `run-${bornAt}-${++runs}`, conversationId: "try", text: line }));
  try {
    say(`> ${line}`, (await act(rest.join(" "))) ?? "");
  } catch (error) {
    say(`> ${line}`, error);
  }
}
await openclaw.stop();
await model.close();
await vault.close();
say("stopped");
