import type { Telling } from "#lambdas/agents/lifecycle/tell.ts";
import type { Implementation } from "#platform/pipe/http.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { Objects } from "#platform/services/objects.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import { appendJournal, readJournal } from "./journal.ts";
import { ackQueue, readQueue } from "./queue.ts";
import { report } from "./reports.ts";
import { commitState, getState, uploadState } from "./state.ts";
import { exchange, type Minting, makeRelayTicket, renew } from "./tokens.ts";
import { answerUse, getUse, postUse, readUses } from "./uses.ts";

export interface TasksPorts extends Telling, Minting {
  readonly machines: Pick<Machines, "proceed" | "start">;
  readonly objects: Objects;
}

export const tasksRoutes: Implementation<typeof tasksContract, TasksPorts> = {
  exchange,
  renew,
  relayTicket: makeRelayTicket,
  report,
  uploadState,
  commitState,
  getState,
  appendJournal,
  readJournal,
  readQueue,
  ackQueue,
  postUse,
  getUse,
  readUses,
  answerUse,
};
