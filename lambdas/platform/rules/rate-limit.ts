import { AppError } from "#shared/errors.ts";
import type { Directory } from "../tables/directory.ts";

export interface Rate {
  readonly what: string;
  readonly who: string; // an address is given as its hash
  readonly max: number;
  readonly seconds: number;
  readonly by?: number; // how many of them at once
}

/** Counts one more of something in the present window, or `by` more. @throws request.too_many with the time left */
export async function countRate(
  directory: Directory,
  { what, who, max, seconds, by = 1 }: Rate,
  now: Date,
): Promise<void> {
  const second = Math.floor(now.getTime() / 1000);
  const window = Math.floor(second / seconds);
  const endsAt = (window + 1) * seconds;
  const { count } = await directory.update({
    do: "update",
    pk: `RATE#${what}#${who}`,
    sk: String(window),
    add: { count: by },
    set: { ttlSeconds: endsAt + 60 },
    orMissing: true,
    otherwise: "request.conflict",
  });
  if (Number(count) > max) throw new AppError("request.too_many", { details: { retryAfterSeconds: endsAt - second } });
}
