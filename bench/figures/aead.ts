import { createCipheriv, randomBytes } from "node:crypto";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { cipherOf } from "#shared/crypto/primitives/aead.ts";
import { installProvider } from "#shared/crypto/primitives/provider.ts";
import { sealChunked } from "#shared/crypto/sealing/chunked.ts";
import { nodeProvider } from "../../agent/platform/node-provider.ts";
import { type Bench, cpuMillis, type Figure } from "../figure.ts";

const FRAMES = 5_000;
const FRAME = randomBytes(1024);
const BULK = randomBytes(32 * 1024 * 1024);
const AAD = randomBytes(40);

/** P5, frames: a session's cipher imports its key once; the peer gives the bytes of the key each time. */
async function prepareFrames(): Promise<Bench> {
  installProvider(nodeProvider);
  const key = asKey(randomBytes(32));
  const cipher = cipherOf("aes-256-gcm", key);
  const nonce = Buffer.alloc(12);
  const ours = () => {
    for (let i = 0; i < FRAMES; i++) {
      nonce.writeUInt32BE(i, 8);
      cipher.seal(nonce, FRAME, AAD);
    }
  };
  const raw = Buffer.from(key);
  const peer = () => {
    for (let i = 0; i < FRAMES; i++) {
      nonce.writeUInt32BE(i, 8);
      const sealing = createCipheriv("aes-256-gcm", raw, nonce, { authTagLength: 16 });
      sealing.setAAD(AAD);
      Buffer.concat([sealing.update(FRAME), sealing.final(), sealing.getAuthTag()]);
    }
  };
  const speed = async (work: () => void): Promise<number> => FRAMES / (await cpuMillis(work));
  await speed(ours);
  await speed(peer);
  return { measureOurs: () => speed(ours), measurePeer: () => speed(peer) };
}

/** P5, bulk: the sealed-state format with its chunks and commitment, against one plain AES-256-GCM over the whole. */
async function prepareBulk(): Promise<Bench> {
  installProvider(nodeProvider);
  const key = asKey(randomBytes(32));
  const ours = async () => {
    for await (const _ of sealChunked({ kind: "aes-256-gcm", key, context: AAD }, [BULK]));
  };
  const peer = () => {
    const sealing = createCipheriv("aes-256-gcm", key, randomBytes(12), { authTagLength: 16 });
    Buffer.concat([sealing.update(BULK), sealing.final(), sealing.getAuthTag()]);
  };
  const speed = async (work: () => unknown): Promise<number> => BULK.length / 1e3 / (await cpuMillis(work));
  await speed(ours);
  await speed(peer);
  return { measureOurs: () => speed(ours), measurePeer: () => speed(peer) };
}

export const aead: readonly Figure[] = [
  {
    id: "P5.frame",
    what: "1 KB frames of a session sealed",
    peer: "createCipheriv with the key's bytes",
    unit: "frames/ms CPU",
    target: { atLeast: 3 },
    note: "the goal is of Node 24, where the bytes of a key are imported anew at each frame for 8 of 12 µs; on Node 26 a key given as a KeyObject wins nothing.",
    pairs: 15,
    prepare: prepareFrames,
  },
  {
    id: "P5.bulk",
    what: "32 MB sealed in chunks",
    peer: "one AES-256-GCM of Node",
    unit: "MB/s CPU",
    target: { atLeast: 0.8 },
    pairs: 11,
    prepare: prepareBulk,
  },
];
