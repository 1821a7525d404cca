import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";

/** Argon2id beside the page, so that it stays alive meanwhile. A worker for each: 64 MB are freed at once afterwards. */
export const workerArgon2id: DeriveArgon2id = (params, passphrase, salt) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./argon2.worker.ts", import.meta.url), { type: "module" });
    const end = () => worker.terminate();
    worker.onmessage = ({ data }: MessageEvent<Uint8Array>) => {
      end();
      resolve(data);
    };
    worker.onerror = (event) => {
      end();
      reject(new Error(event.message));
    };
    worker.postMessage({ params, passphrase, salt });
  });
