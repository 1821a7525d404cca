import { AppError } from "#shared/errors.ts";

const DEPTH_MAX = 16;
const VALUES_MAX = 5_000;

/**
 * Refuses what no contract asks for and what costs more to read than to send: deep nesting, thousands of values,
 * halves of surrogate pairs, and keys that reach a prototype.
 */
export function checkShape(root: object): void {
  countValues(root, 1, 0);
}

/** How many values there are with those below; at most 16 calls deep. */
function countValues(parent: object, depth: number, before: number): number {
  if (depth > DEPTH_MAX) refuseShape("nested too deeply");
  let count = before;
  for (const key in parent) {
    if (++count > VALUES_MAX) refuseShape("too many values");
    if (key === "__proto__") refuseShape("a key is not allowed");
    const value: unknown = (parent as Record<string, unknown>)[key]; // an object or an array: both have named values
    if (typeof value === "string") {
      if (!value.isWellFormed()) refuseShape("expected well-formed text");
    } else if (typeof value === "object" && value !== null) {
      count = countValues(value, depth + 1, count);
    }
  }
  return count;
}

function refuseShape(reason: string): never {
  throw new AppError("request.invalid", { details: { errors: [{ path: "", reason }] } });
}
