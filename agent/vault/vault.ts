import type { Borrower } from "../lending/borrower.ts";
import { type Door, openDoor } from "./door.ts";
import { type Holdings, makeHoldings } from "./holdings.ts";
import { makeSlips, type Slips } from "./slips.ts";

/** What the agent may use of its owner's vault, and the one way OpenClaw has to it. */
export interface AgentVault {
  readonly door: Pick<Door, "port" | "token"> & {
    /** What a call that waits for the owner is, as the gate told it; OpenClaw's own events leave out what looks like a secret. */
    readonly wholeOf: (toolCallId: string) => string | undefined;
  };
  readonly holdings: Holdings;
  /** The calls the owner has allowed, each to be done once, exactly as it was shown to them. */
  readonly permits: Slips;
  /** Once the task is somebody's agent. */
  lendBy(borrower: Borrower): void;
  close(): Promise<void>;
}

export async function openAgentVault(fetchUrl: typeof fetch): Promise<AgentVault> {
  const holdings = makeHoldings();
  const [permits, calls] = [makeSlips(), makeSlips()];
  let borrower: Borrower | undefined;
  const given = { holdings, permits, calls, fetch: fetchUrl, borrower: () => borrower };
  const { port, token, close } = await openDoor(given);
  return {
    door: { port, token, wholeOf: calls.find },
    ...{ holdings, permits },
    lendBy(way) {
      borrower = way;
    },
    close() {
      holdings.drop();
      permits.clear();
      return close();
    },
  };
}
