import type { Starting } from "#lambdas/agents/lifecycle/start.ts";
import type { Telling } from "#lambdas/agents/lifecycle/tell.ts";
import type { Implementation } from "#platform/pipe/http.ts";
import type { chatContract } from "#shared/contracts/chat.ts";
import { enqueue, makeRelayTicket } from "./chat.ts";

export const chatRoutes: Implementation<typeof chatContract, Telling & Pick<Starting, "machines">> = {
  relayTicket: makeRelayTicket,
  enqueue,
};
