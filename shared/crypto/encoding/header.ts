import { concat, utf8 } from "./bytes.ts";
import { demand } from "./errors.ts";
import { SUITE } from "./purposes.ts";
import type { Reader } from "./reader.ts";

/**
 * Every format starts with four letters and the suite byte. There is one suite; any other byte is refused before anything
 * else is read, so there is no older way of opening to be talked into (THREATS B22).
 */
export const writeHeader = (magic: string): Uint8Array => concat(utf8(magic), Uint8Array.of(SUITE));

/** @throws crypto.suite */
export function readHeader(reader: Reader, magic: string): void {
  reader.expect(magic);
  demand(reader.u8() === SUITE, "crypto.suite");
}
