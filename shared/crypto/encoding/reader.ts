import { equalConstantTime, utf8 } from "./bytes.ts";
import { demand } from "./errors.ts";

/** A cursor over bytes. Every read is exact, and `end` refuses what is left over. */
export interface Reader {
  /** The next `size` bytes, as a copy. */
  take(size: number): Uint8Array<ArrayBuffer>;
  u8(): number;
  u16(): number;
  u32(): number;
  u64(): number;
  /** L(x). */
  prefixed(): Uint8Array<ArrayBuffer>;
  /** Format and suite: refused with `crypto.suite` when they are not the ones named. */
  expect(magic: string): void;
  /** All that is left. */
  rest(): Uint8Array<ArrayBuffer>;
  /** How many bytes were read so far. */
  offset(): number;
  /** Nothing may follow. */
  end(): void;
}

export function readerOf(bytes: Uint8Array): Reader {
  let at = 0;
  const take = (size: number): Uint8Array<ArrayBuffer> => {
    demand(size >= 0 && at + size <= bytes.length, "crypto.format");
    at += size;
    return Uint8Array.from(bytes.subarray(at - size, at));
  };
  const uint = (size: number): number => {
    const value = take(size).reduce((sum, byte) => sum * 256 + byte, 0);
    demand(Number.isSafeInteger(value), "crypto.format"); // only 8 byte numbers can fail
    return value;
  };
  return {
    take,
    u8: () => uint(1),
    u16: () => uint(2),
    u32: () => uint(4),
    u64: () => uint(8),
    prefixed: () => take(uint(2)),
    expect: (magic) => demand(equalConstantTime(take(magic.length), utf8(magic)), "crypto.suite"),
    rest: () => take(bytes.length - at),
    offset: () => at,
    end: () => demand(at === bytes.length, "crypto.format"),
  };
}
