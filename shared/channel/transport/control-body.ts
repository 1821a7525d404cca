import { ensure } from "../close.ts";
import { WINDOW_FRAMES } from "./reorder.ts";

/** The body of a control frame: the numbers of frames to be sent again, 4 bytes each; none in a bare acknowledgement. */
export function writeAskedSeqs(seqs: readonly number[]): Uint8Array {
  const body = new Uint8Array(seqs.length * 4);
  const view = new DataView(body.buffer);
  for (const [i, seq] of seqs.entries()) view.setUint32(i * 4, seq);
  return body;
}

export function readAskedSeqs(body: Uint8Array): number[] {
  ensure(body.length % 4 === 0 && body.length <= 4 * WINDOW_FRAMES, "format");
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return Array.from({ length: body.length / 4 }, (_, i) => view.getUint32(i * 4));
}
