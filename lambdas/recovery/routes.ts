import type { Implementation } from "#platform/pipe/http.ts";
import type { recoveryContract } from "#shared/contracts/recovery.ts";
import { listHeld, release } from "./held.ts";
import { collect, end, list, type RecoveryPorts, start } from "./recoveries.ts";
import { getSet, putSet, removeSet } from "./sets.ts";

export const recoveryRoutes: Implementation<typeof recoveryContract, RecoveryPorts> = {
  getSet,
  putSet,
  removeSet,
  start,
  list,
  collect,
  end,
  listHeld,
  release,
};
