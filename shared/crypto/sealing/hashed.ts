import { demand } from "../encoding/errors.ts";
import { provider } from "../primitives/provider.ts";
import { type Bytes, type ChunkedKey, sealChunked } from "./chunked.ts";

/** A header and a chunked body behind it, with H of all of these bytes. */
export interface SealedStream {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Known once `bytes` was read to its end. */
  readonly hash: () => Uint8Array;
}

export function sealHashed(head: Uint8Array, chunked: ChunkedKey, plaintext: Bytes): SealedStream {
  const hash = provider().startHash();
  let finished: Uint8Array | undefined;
  async function* write() {
    hash.update(head);
    yield head;
    for await (const part of sealChunked(chunked, plaintext)) {
      hash.update(part);
      yield part;
    }
    finished = hash.digest();
  }
  return {
    bytes: write(),
    hash() {
      demand(finished !== undefined, "crypto.format");
      return finished;
    },
  };
}
