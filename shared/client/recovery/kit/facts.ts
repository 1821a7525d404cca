import { sha256 } from "#shared/crypto/primitives/hash.ts";

/** What a recovery kit says. Whoever finds it learns whose it is and where it belongs; it opens nothing unless the secret is on it. */
export interface KitFacts {
  readonly organisation: string;
  /** Where the installation is: "https://ocmt.example.org". */
  readonly address: string;
  readonly email: string;
  /** Which keys it is of: after all keys were changed, another kit is due. */
  readonly keyId: string;
  readonly madeAt: Date;
  readonly secret: KitSecret;
}

/** Words or key only where they were made a moment ago and their owner wants them printed; otherwise lines to write them on. */
export type KitSecret =
  | { readonly kind: "phrase"; readonly words: string }
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "blank" };

/** Ten bytes of the hash of a root's public key, to be compared by eye. */
export function keyIdOf(rootKey: Uint8Array): string {
  const hex = Array.from(sha256(rootKey).subarray(0, 10), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.match(/.{4}/g)?.join(" ") ?? "";
}

export const kitLinesOf = ({ organisation, address, email, keyId, madeAt }: KitFacts) =>
  [
    ["Organisation", organisation],
    ["Address", address],
    ["Account", email],
    ["Key id", keyId],
    ["Made on", madeAt.toISOString().slice(0, 10)],
  ] as const;

/** The same facts for a camera, and never the secret: a telephone gives what it scans to a search engine. */
export const kitTextOf = (facts: KitFacts): string =>
  ["OCMT recovery kit", ...kitLinesOf(facts).map(([name, value]) => `${name}: ${value}`)].join("\n");
