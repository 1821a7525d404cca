import { argon2 } from "node:crypto";
import { promisify } from "node:util";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";

const derive = promisify(argon2);

/** Node's own Argon2id. The browser's is hash-wasm; test/unit/crypto compares them. */
export const nodeArgon2id: DeriveArgon2id = async ({ memoryKib, passes, lanes }, message, nonce) =>
  new Uint8Array(
    await derive("argon2id", { message, nonce, memory: memoryKib, passes, parallelism: lanes, tagLength: 32 }),
  );
