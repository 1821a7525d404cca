import type { Device, Keyring } from "#shared/contracts/keyring.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { openStatement } from "#shared/crypto/sealing/statement.ts";
import type { Id } from "#shared/ids.ts";

/** Whether the present root vouches for a device: after a change of all keys it does for none of before. For a list that is shown. */
export function isOfPresentRoot({ rootPub }: Pick<Keyring, "rootPub">, { cert }: Pick<Device, "cert">): boolean {
  try {
    openStatement("device-cert", "OCDC", decodeBase64url(cert), asSignPublicKey(decodeBase64url(rootPub)));
    return true;
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}

/** The sign-in that ends with a device which is taken back; none where the same one has registered its successor, as after a change of all keys. */
export function signInEndingWith(device: Device, all: readonly Device[]): Id<"session"> | undefined {
  const { sessionId, createdAt } = device;
  const isSucceeded = all.some(
    (other) => other.sessionId === sessionId && !other.revokedAt && other.createdAt > createdAt,
  );
  return isSucceeded ? undefined : (sessionId ?? undefined);
}
