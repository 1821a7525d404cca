import { AppError } from "#shared/errors.ts";

const DEPTH_MAX = 16;
const VALUES_MAX = 5_000;

/**
 * Refuses what no contract asks for and what costs more to read than to send: deep nesting, thousands of values,
 * halves of surrogate pairs, and keys that reach a prototype.
 */
export function checkShape(root: object): void {
  let values = 0;
  const open: [value: unknown, depth: number][] = [[root, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value === "string" && !value.isWellFormed()) refuseShape("expected well-formed text");
    if (typeof value !== "object" || value === null) continue;
    if (depth > DEPTH_MAX) refuseShape("nested too deeply");
    const keys = Object.keys(value);
    values += keys.length;
    if (values > VALUES_MAX) refuseShape("too many values");
    for (const key of keys) {
      if (key === "__proto__") refuseShape("a key is not allowed");
      open.push([(value as Record<string, unknown>)[key], depth + 1]); // an object or an array: both have named values
    }
  }
}

function refuseShape(reason: string): never {
  throw new AppError("request.invalid", { details: { errors: [{ path: "", reason }] } });
}
