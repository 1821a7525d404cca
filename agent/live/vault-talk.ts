import type { AgentMessage, DeviceMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import type { Peer } from "#shared/channel/peer/agent-sessions.ts";
import type { Log } from "../platform/log.ts";
import type { AgentVault } from "../vault/vault.ts";

/** What devices say of the vault: what the agent may hold, and that they lock. With the last that is unlocked, all of it goes. */
export interface VaultTalk {
  /** False for a message of another kind. */
  hear(message: DeviceMessage, from: Peer): boolean;
  came(peer: Peer): void;
  left(): void;
  close(): void;
}

export interface VaultTalkInput {
  readonly vault: Pick<AgentVault, "holdings">;
  readonly listPeers: () => readonly Peer[];
  readonly tell: (to: Peer | "all", message: Fleeting<AgentMessage>) => void;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly log: Log;
  /** An offer of this version was taken. */
  readonly onTaken: (version: number) => void;
  /** All else that the agent has from its owner's devices goes with it. */
  readonly onForget?: () => void;
}

/** A device whose connection breaks is back sooner than this, if it is not locked. */
export const ALONE_MS = 60_000;

export function startVaultTalk(input: VaultTalkInput): VaultTalk {
  const { listPeers, tell, startTimer, log } = input;
  const { holdings } = input.vault;
  const locked = new WeakSet<Peer>();
  let stopTimer: (() => void) | undefined;
  const isAlone = () => listPeers().every((peer) => locked.has(peer));
  const held = (): Fleeting<AgentMessage> => ({ type: "vault.held", ...holdings.view() });

  const forget = () => {
    stopTimer = undefined;
    if (!isAlone()) return;
    input.onForget?.();
    if (holdings.list().length === 0) return;
    holdings.drop();
    log.info("vault.forgotten");
    tell("all", held());
  };
  return {
    hear(message, from) {
      if (message.type === "vault.offer") {
        const isTaken = holdings.take(message);
        if (isTaken) input.onTaken(message.version);
        log.info("vault.offered", { version: message.version, items: message.items.length, taken: isTaken });
        tell(isTaken ? "all" : from, held());
        return true;
      }
      if (message.type !== "vault.release") return false;
      locked.add(from);
      forget();
      return true;
    },
    came(peer) {
      stopTimer?.();
      stopTimer = undefined;
      tell(peer, held());
    },
    left() {
      if (isAlone()) stopTimer ??= startTimer(ALONE_MS, forget);
    },
    close: () => stopTimer?.(),
  };
}
