import { installProvider } from "#shared/crypto/primitives/provider.ts";
import { startSupervisor } from "./life/supervise.ts";
import { makeOpenClaw } from "./openclaw/openclaw.ts";
import { makeLog } from "./platform/log.ts";
import { nodeProvider } from "./platform/node-provider.ts";
import { takeSettings } from "./platform/settings.ts";

/** The program a task runs. The ticket leaves the environment before anything else is done. */
const settings = takeSettings(process.env);
const log = makeLog();
installProvider(nodeProvider);

const supervisor = startSupervisor({
  ...{ settings, log, makeOpenClaw, fetch, now: Date.now },
  startTimer(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
  exit: (code) => process.exit(code),
});

const giveUp = (cause: unknown): void => {
  log.error("task.not_started", cause);
  process.exit(1);
};
supervisor.catch(giveUp);

const hurt = (cause: unknown): void => void supervisor.then((running) => running.fail(cause), giveUp);
process.on("uncaughtException", hurt);
process.on("unhandledRejection", hurt);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void supervisor.then((running) => running.terminate(), giveUp));
}
