import { concat } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import type { Bytes } from "./chunked.ts";

/** Takes a header off the front of a stream; `seen` hears every byte of it, header and rest. @throws crypto.format if it is cut off */
export async function splitHead(source: Bytes, headBytes: number, seen: (part: Uint8Array) => void) {
  const iterator = toAsync(source);
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < headBytes) {
    const next = await iterator.next();
    demand(!next.done, "crypto.format");
    seen(next.value);
    head = concat(head, next.value);
  }
  async function* rest() {
    yield head.subarray(headBytes);
    for await (const part of iterator) {
      seen(part);
      yield part;
    }
  }
  return { head: head.subarray(0, headBytes), rest: rest() };
}

async function* toAsync(source: Bytes): AsyncGenerator<Uint8Array, void> {
  yield* source;
}
