import { createPublicKey, type KeyObject } from "node:crypto";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { readEnv } from "../env.ts";
import { makeTokens, type Tokens } from "./token.ts";
import { type TokenKey, thumbprint } from "./token-format.ts";

/** The token-signing key in KMS. Its public half is fetched once for each cold start. */
export function kmsTokenKey(keyId: string, client: Pick<KMSClient, "send"> = new KMSClient({})): TokenKey {
  let fetched: Promise<KeyObject> | undefined;
  const publicKey = (): Promise<KeyObject> => {
    fetched ??= fetchPublicKey(client, keyId).catch((error: unknown) => {
      fetched = undefined;
      throw error;
    });
    return fetched;
  };
  return {
    publicKey,
    id: async () => thumbprint(await publicKey()),
    async sign(bytes) {
      const { Signature } = await client.send(
        new SignCommand({ KeyId: keyId, Message: bytes, MessageType: "RAW", SigningAlgorithm: "ECDSA_SHA_256" }),
      );
      if (!Signature) throw new Error("kms: no signature");
      return Signature;
    },
  };
}

/** The issuer of this deployment: what it mints names the public origin. */
export function openTokens(): Tokens {
  const { TOKEN_KEY_ID, ORIGIN } = readEnv("TOKEN_KEY_ID", "ORIGIN");
  return makeTokens(kmsTokenKey(TOKEN_KEY_ID), ORIGIN);
}

async function fetchPublicKey(client: Pick<KMSClient, "send">, KeyId: string): Promise<KeyObject> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
  if (!PublicKey) throw new Error("kms: no public key");
  return createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
}
