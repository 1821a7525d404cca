import { concat, u32 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import type { Reader } from "../encoding/reader.ts";

/**
 * What Argon2id (RFC 9106, version 0x13) costs. Written into a slot as m 4 ‖ t 4 ‖ p 4; m in KiB.
 *
 * A server that lowers these gets a passphrase that is cheap to guess; one that raises them hangs the browser. So both
 * ends are compiled in, the last good values are pinned by the client, and the check comes before any derivation.
 */
export interface ArgonParams {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** RFC 9106 §4, second recommended option. New slots use exactly these. */
export const ARGON_PARAMS = { memoryKib: 65_536, passes: 3, lanes: 4 } as const satisfies ArgonParams;

const CEILING = { memoryKib: 1_048_576, passes: 16, lanes: 16 } as const satisfies ArgonParams;
const FIELDS = ["memoryKib", "passes", "lanes"] as const;

export const ARGON_SALT_BYTES = 16;

/**
 * Argon2id itself is given by the caller: hash-wasm in a worker in the browser, native in Node. Output 32 bytes.
 */
export type DeriveArgon2id = (params: ArgonParams, passphrase: Uint8Array, salt: Uint8Array) => Promise<Uint8Array>;

/** @throws crypto.kdf_params when under the floor, over the ceiling, or lower than what this client last used. */
export function checkArgonParams(params: ArgonParams, pinned: ArgonParams = ARGON_PARAMS): void {
  for (const field of FIELDS) {
    const value = params[field];
    const least = Math.max(ARGON_PARAMS[field], pinned[field]);
    demand(Number.isSafeInteger(value) && value >= least && value <= CEILING[field], "crypto.kdf_params");
  }
}

export const writeArgonParams = (params: ArgonParams): Uint8Array =>
  concat(...FIELDS.map((field) => u32(params[field])));

export function readArgonParams(reader: Reader): ArgonParams {
  return { memoryKib: reader.u32(), passes: reader.u32(), lanes: reader.u32() };
}
