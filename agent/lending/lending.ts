import type { AgentMessage, DeviceMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import type { Peer } from "#shared/channel/peer/agent-sessions.ts";
import type { Log } from "../platform/log.ts";
import type { TasksApi } from "../platform/platform.ts";
import type { Journal } from "../state/journal.ts";
import { startActing } from "./acting.ts";
import { type Borrower, startBorrower } from "./borrower.ts";
import { useHanded } from "./handed.ts";
import { holdLending, type Self } from "./held.ts";
import type { Ledger } from "./ledger.ts";
import { startLender } from "./lender.ts";
import { rememberOffer } from "./offers.ts";

/** Grants between people, as one agent has part in them: what its owner lends and borrows, by the word of the owner's devices. */
export interface Lending {
  readonly borrower: Borrower;
  /** False for a message of another kind. */
  hear(message: DeviceMessage, from: Peer): boolean;
  came(peer: Peer): void;
  /** The last device of the owner has locked. */
  drop(): void;
  /** The platform has news. */
  look(): Promise<void>;
}

export interface LendingInput {
  readonly self: Self;
  readonly ledger: Ledger;
  readonly journal: Pick<Journal, "append">;
  readonly api: Pick<TasksApi, "readUses" | "answerUse" | "postUse" | "getUse">;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly log: Log;
  readonly tell: (to: Peer | "all", message: Fleeting<AgentMessage>) => void;
}

export function startLending(input: LendingInput): Lending {
  const { self, ledger, log, tell } = input;
  const held = holdLending(self, log, ledger.offered("lending"));
  const tellTo = (to: Peer | "all") => {
    const lent = held.lent().map(({ grant: { grantId } }) => ({ grantId, uses: ledger.usesOf(grantId) }));
    tell(to, { type: "lending.held", version: held.version(), lent });
    tell(to, { type: "lending.asked", asked: lender.asked() });
  };
  const onChange = () => tellTo("all");
  const acting = startActing({ ...input, onChange });
  const lender = startLender({ ...input, held, acting, onChange });
  const handing = { held, acting, now: input.now, look: lender.look };
  const borrower = startBorrower({ ...input, held, useHanded: (id, text) => useHanded(handing, id, text) });
  const look = async () => {
    borrower.look();
    await lender.look();
  };
  return {
    borrower,
    look,
    hear(message, from) {
      if (message.type === "lending.offer") {
        const isTaken = held.take(message);
        if (isTaken) rememberOffer(input, "lending", message.version);
        const { lent, borrowed } = message;
        log.info("lending.offered", { lent: lent.length, borrowed: borrowed.length, taken: isTaken });
        tellTo(isTaken ? "all" : from);
        look().catch((error: unknown) => log.error("lending.not_read", error)); // uses may have waited for it
        return true;
      }
      if (message.type !== "lending.decide") return false;
      lender.decide(message.useId, message.decision);
      return true;
    },
    came: tellTo,
    drop() {
      held.drop();
      tellTo("all");
    },
  };
}
