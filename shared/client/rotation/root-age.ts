import { readBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";

const DUE_MS = 365 * 24 * 3_600_000;

/** Since when the present root is in force, from the person's own statements, oldest first. */
export function rootSince(bundles: readonly string[]): Date | undefined {
  const read = bundles.map((text) => readBundle(decodeBase64url(text)).bundle);
  const last = read.at(-1);
  const first = last && read.find(({ rootKey }) => equalConstantTime(rootKey, last.rootKey));
  return first && new Date(first.notBeforeMs);
}

/** After a year it is time for another. */
export const isRootDue = (since: Date, now: Date): boolean => now.getTime() - since.getTime() > DUE_MS;
