import type { ModelProxy } from "../model/proxy.ts";
import type { Log } from "../platform/log.ts";
import type { AgentVault } from "../vault/vault.ts";
import type { RunEnd, ToolNews } from "./gateway/events.ts";

/** OpenClaw as the supervisor sees it: one thing which is started once, may die and comes back by itself. */
export interface OpenClaw {
  /** Of the process which holds everything else; undefined while there is none. */
  readonly pid: () => number | undefined;
  readonly isUp: () => boolean;
  /** Resolves when the gateway answers and the gate plugin was seen, which a held one does not. @throws when it does not come up. */
  start(): Promise<void>;
  /** Lets a held one open its state: the copy in this folder, which is moved away, or a blank one. Only the first call does anything. */
  release(from?: string): Promise<void>;
  /** Its events follow under `runId`. Asked twice with one `runId`, it runs once. @throws while it is down. */
  send(run: RunInput): Promise<void>;
  abort(conversationId: string): Promise<void>;
  resolveApproval(approvalId: string, decision: Decision): Promise<void>;
  /** Tells OpenClaw what was said before, where it has no memory of it: it goes in front of the conversation's next message. */
  replay(conversationId: string, turns: readonly Turn[]): Promise<void>;
  /** True when OpenClaw itself remembers the conversation. */
  knows(conversationId: string): Promise<boolean>;
  deleteSession(conversationId: string): Promise<void>;
  /** Stops the whole process tree where it stands, unless a run is on. Whatever is asked of it next thaws it. */
  freeze(): void;
  thaw(): void;
  /** One throw-away turn, answered by ourselves, after which the first real one is fast. */
  prime(): Promise<void>;
  /** A consistent copy of what has to survive (sessions, workspace), into a folder which is made; only while no run is on. */
  copyState(into: string): Promise<void>;
  /** Takes such a copy over; the folder is moved away. "placed": it was released with it. "warm": the process lived on. */
  adoptState(from: string): Promise<"placed" | "warm" | "cold">;
  stop(): Promise<void>;
}

export interface RunInput {
  readonly runId: string;
  readonly conversationId: string;
  readonly text: string;
}

export interface Turn {
  readonly user: string;
  readonly assistant: string;
}

type Decision = "allow-once" | "deny";

export type OpenClawEvent =
  /** More text; with `replaces`, all of the text so far, which is another than was told. */
  | { readonly is: "delta"; readonly runId: string; readonly text: string; readonly replaces?: true }
  | { readonly is: "tool"; readonly runId: string; readonly tool: ToolNews }
  | {
      readonly is: "approval";
      readonly runId: string | undefined;
      readonly conversationId: string;
      readonly approval: Approval;
    }
  | { readonly is: "approval.settled"; readonly approvalId: string; readonly decision: string | undefined }
  | RunEnd
  /** Every run that was on has been told as ended, every approval as settled. It comes back by itself. */
  | { readonly is: "down"; readonly reason: string }
  | { readonly is: "up" };

export interface Approval {
  readonly approvalId: string;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly title: string;
  readonly description: string;
  readonly expiresAtMs: number;
}

export interface OpenClawInput {
  /** A folder of its own, made when it is not there. */
  readonly workDir: string;
  readonly model: ModelProxy;
  /** Where its tools ask for what was granted of the vault. */
  readonly door: AgentVault["door"];
  /** The user OpenClaw runs as, where we are root and may choose. */
  readonly uid?: number;
  /** "none": a plain child even where bubblewrap could be used. */
  readonly sandbox?: "none";
  /** It waits where it would open its state, until it is released. */
  readonly isHeld?: boolean;
  readonly onEvent: (event: OpenClawEvent) => void;
  readonly log: Log;
}
