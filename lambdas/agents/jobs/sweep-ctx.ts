import type { JobCtx } from "#platform/rules/context.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { Objects } from "#platform/services/objects.ts";
import type { DueList } from "#platform/tables/due.ts";
import type { Telling } from "../lifecycle/tell.ts";

/** What it takes to see to what is due. */
export type SweepCtx = JobCtx &
  Telling & {
    readonly machines: Pick<Machines, "start">;
    readonly due: DueList;
    readonly objects: Pick<Objects, "remove">;
  };
