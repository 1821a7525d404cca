import type { ModelProxy } from "../model/proxy.ts";
import type { OpenClaw } from "../openclaw/types.ts";
import type { Log } from "../platform/log.ts";
import type { Platform } from "../platform/platform.ts";
import type { Reports } from "../platform/reports.ts";
import type { AgentVault } from "../vault/vault.ts";

/** What the parts of a supervisor share. */
export interface World {
  readonly folder: string; // files of the supervisor alone
  readonly log: Log;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly fetch: typeof fetch;
  readonly platform: Platform;
  readonly openclaw: OpenClaw;
  readonly model: ModelProxy;
  readonly vault: AgentVault;
  readonly reports: Reports;
  /** One text to the relay; false while there is no socket. */
  readonly sendText: (text: string) => boolean;
  /** This task is no longer the agent's, or can no longer do its work: everything ends. */
  readonly onFatal: (cause: unknown) => void;
}
