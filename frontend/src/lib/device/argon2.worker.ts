import { argon2id } from "hash-wasm";
import type { ArgonParams } from "#shared/crypto/primitives/argon-params.ts";

interface Job {
  readonly params: ArgonParams;
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
}

/** One derivation and this worker ends: with it goes the memory that held the passphrase. */
self.onmessage = async ({ data: { params, passphrase, salt } }: MessageEvent<Job>) => {
  const { memoryKib: memorySize, passes: iterations, lanes: parallelism } = params;
  const cost = { memorySize, iterations, parallelism, hashLength: 32 };
  self.postMessage(await argon2id({ password: passphrase, salt, ...cost, outputType: "binary" }));
};
