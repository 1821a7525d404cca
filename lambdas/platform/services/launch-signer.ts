import { readEnv } from "../env.ts";
import { kmsTokenKey } from "../tokens/kms-token-key.ts";
import { toRaw } from "../tokens/token-format.ts";

/** The key that vouches for launches. Only the lifecycle's steps may use it. */
export interface LaunchSigner {
  /** ES256, r then s. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** SubjectPublicKeyInfo, DER. */
  publicKey(): Promise<Uint8Array>;
}

export function kmsLaunchSigner(): LaunchSigner {
  const key = kmsTokenKey(readEnv("LAUNCH_KEY_ID").LAUNCH_KEY_ID);
  return {
    sign: async (message) => toRaw(await key.sign(message)),
    publicKey: async () => (await key.publicKey()).export({ type: "spki", format: "der" }),
  };
}
