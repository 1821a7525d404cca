import type { AccountPlace } from "#shared/client/keyring.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { boundId } from "#shared/crypto/encoding/place.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { prfInputOf, type SlotPasskey } from "#shared/crypto/slots/passkey-slot.ts";

/**
 * Passkeys as the browser has them (WebAuthn with the PRF extension). Nothing of what comes back is sent: the challenge and the
 * signature are for a server that asks who somebody is, and here only the authenticator's secret is wanted.
 */
export class PasskeyTrouble extends Error {
  override readonly name = "PasskeyTrouble";
  readonly is: "unsupported" | "address" | "refused" | "known" | "no_prf" | "unverified";

  constructor(is: PasskeyTrouble["is"], cause?: unknown) {
    super(`passkey: ${is}`, { cause });
    this.is = is;
  }
}

/** What stands in the way before anybody is asked; undefined where passkeys can be tried. */
export function findPasskeyObstacle(): "unsupported" | "address" | undefined {
  if (/^[\d.]+$|^\[/.test(location.hostname)) return "address"; // a passkey belongs to a name, never to a number
  return "PublicKeyCredential" in globalThis ? undefined : "unsupported";
}

interface NewPasskey {
  readonly email: string;
  readonly organisation: string;
  /** Those there are already: an authenticator makes no second one. */
  readonly known: readonly Uint8Array[];
}

/** A new passkey whose authenticator can compute a secret. @throws PasskeyTrouble */
export async function makePasskey(
  place: AccountPlace,
  { email, organisation, known }: NewPasskey,
): Promise<SlotPasskey> {
  const name = `${email} in ${organisation}`;
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: "OCMT", id: location.hostname },
        user: {
          id: bufferOf(concat(boundId("tenant", place.tid), boundId("user", place.uid))),
          name,
          displayName: name,
        },
        challenge: bufferOf(makeBytes(32)),
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })), // Ed25519, P-256, RSA: any will do
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        excludeCredentials: known.map(describe),
        extensions: { prf: { eval: { first: bufferOf(prfInputOf(place.uid)) } } },
      },
    }),
  );
  const { prf } = made.getClientExtensionResults();
  if (prf?.enabled !== true) throw new PasskeyTrouble("no_prf");
  return askPasskey(place, [new Uint8Array(made.rawId)]); // asked as it will be when it counts: what fails then, fails now
}

/** The secret of one of these passkeys, once its authenticator has verified who is there. @throws PasskeyTrouble */
export async function askPasskey({ uid }: AccountPlace, known: readonly Uint8Array[]): Promise<SlotPasskey> {
  const found = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        rpId: location.hostname,
        challenge: bufferOf(makeBytes(32)),
        allowCredentials: known.map(describe),
        userVerification: "required",
        extensions: { prf: { eval: { first: bufferOf(prfInputOf(uid)) } } },
      },
    }),
  );
  const { response } = found;
  // An authenticator has two secrets, one for a user it has verified and one for anybody who touches it.
  if (!(response instanceof AuthenticatorAssertionResponse) || !isVerified(response))
    throw new PasskeyTrouble("unverified");
  const first = found.getClientExtensionResults().prf?.results?.first;
  if (!first) throw new PasskeyTrouble("no_prf");
  return { credentialId: new Uint8Array(found.rawId), prfOutput: bytesOf(first) };
}

const USER_VERIFIED = 0x04;
const isVerified = ({ authenticatorData }: AuthenticatorAssertionResponse): boolean =>
  ((new Uint8Array(authenticatorData)[32] ?? 0) & USER_VERIFIED) !== 0;

async function ask(how: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const obstacle = findPasskeyObstacle();
  if (obstacle) throw new PasskeyTrouble(obstacle);
  const found = await how().catch((error: unknown) => {
    throw new PasskeyTrouble(REASONS[error instanceof DOMException ? error.name : ""] ?? "refused", error);
  });
  if (!(found instanceof PublicKeyCredential)) throw new PasskeyTrouble("refused");
  return found;
}

const REASONS: Record<string, PasskeyTrouble["is"]> = {
  InvalidStateError: "known",
  SecurityError: "address",
  NotSupportedError: "unsupported",
  ConstraintError: "unverified",
};

const describe = (id: Uint8Array): PublicKeyCredentialDescriptor => ({ type: "public-key", id: bufferOf(id) });
const bufferOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
const bytesOf = (source: BufferSource): Uint8Array =>
  source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
