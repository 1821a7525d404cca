import * as z from "zod";
import { TableBusy } from "#platform/tables/busy.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { AppError } from "#shared/errors.ts";
import type { AgentSize } from "#shared/quotas.ts";

/** STARTS#<size> / warm | cold: how many seconds the last starts took, from the request to an agent that answers. */
const Starts = z.object({ seconds: z.array(z.number()), version: z.int() });
type Kind = "warm" | "cold";
const KEPT = 20;

async function readStarts(directory: Directory, size: AgentSize, kind: Kind) {
  return Starts.parse((await directory.at(`STARTS#${size}`).get(kind)) ?? { seconds: [], version: 0 });
}

/** One start more. Of two at once one is left out: it is a measure, not an account. */
export async function recordStart(directory: Directory, size: AgentSize, kind: Kind, seconds: number): Promise<void> {
  const { seconds: before, version } = await readStarts(directory, size, kind);
  const item = { seconds: [...before, seconds].slice(-KEPT), version: version + 1 };
  try {
    await directory.write({
      ...{ do: "put", pk: `STARTS#${size}`, sk: kind, item, otherwise: "request.conflict" },
      ...{ if: { version }, orMissing: true },
    });
  } catch (error) {
    if (!(error instanceof AppError || error instanceof TableBusy)) throw error;
  }
}

/** Undefined before the first. */
export async function medianStart(directory: Directory, size: AgentSize, kind: Kind): Promise<number | undefined> {
  const { seconds } = await readStarts(directory, size, kind);
  return seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)];
}
