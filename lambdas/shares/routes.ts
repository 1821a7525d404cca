import type { Implementation } from "#platform/pipe/http.ts";
import type { sharesContract } from "#shared/contracts/shares.ts";
import { answerShare, getShare, listReceived, openShare } from "./received.ts";
import { createShare, listGiven, renewShare, revokeShare } from "./shares.ts";

export const sharesRoutes: Implementation<typeof sharesContract, object> = {
  listReceived,
  listGiven,
  create: createShare,
  answer: answerShare,
  get: getShare,
  open: openShare,
  renew: renewShare,
  revoke: revokeShare,
};
