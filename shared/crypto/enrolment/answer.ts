import { concat, equalConstantTime, erase, u32 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import type { KemKeys, KemPublicKey } from "../primitives/kem.ts";
import { isSigned, type SignKeys, type SignPublicKey, type SignSecretKey, sign } from "../primitives/sign.ts";
import { checkSealedTo, openSealedTo, sealTo } from "../sealing/sealed-to.ts";
import type { EnrolmentPlace } from "./request.ts";

/**
 * What an unlocked device says to a request (request.ts).
 *
 *   let in   OCM1 "enrolment-answer", its DKsig → the ephemeral X-Wing key of the request; plaintext = URK 32 ‖ blind 32
 *   denied   a signature by its DKsig, purpose "enrolment-denial"
 *
 * Both over the place of the request: tid 16 ‖ uid 16 ‖ enrolmentId 16 ‖ urkGen 4. The platform can hold either against the device's
 * certificate, so that to be signed in is not enough for an answer; it opens neither.
 */
export function sealAnswer(
  { urk, blind }: { readonly urk: Key; readonly blind: Uint8Array },
  place: EnrolmentPlace,
  { ephemeral, device }: { readonly ephemeral: KemPublicKey; readonly device: SignKeys },
): Uint8Array {
  const plain = concat(asKey(urk), checked(blind, 32));
  const parties = { recipient: ephemeral, sender: device };
  const sealed = sealTo({ purpose: "enrolment-answer", context: contextOf(place), ...parties }, plain);
  erase(plain);
  return sealed;
}

/** That a device has said this to this request, without opening it. @throws crypto.context, crypto.signature, crypto.format, crypto.suite */
export function checkAnswer(
  bytes: Uint8Array,
  place: EnrolmentPlace,
  { ephemeral, device }: { readonly ephemeral: KemPublicKey; readonly device: SignPublicKey },
): void {
  const parties = { recipient: ephemeral, sender: device };
  checkSealedTo({ purpose: "enrolment-answer", context: contextOf(place), ...parties }, bytes);
}

/**
 * @returns the root key, from somebody who was told the words. Whose it is has yet to be held against the keyring.
 * @throws crypto.context also when the blind is another; crypto.signature, crypto.commitment, crypto.open, crypto.format, crypto.suite
 */
export function openAnswer(
  bytes: Uint8Array,
  place: EnrolmentPlace,
  {
    ephemeral,
    device,
    blind,
  }: { readonly ephemeral: KemKeys; readonly device: SignPublicKey; readonly blind: Uint8Array },
): Key {
  const parties = { recipient: ephemeral, sender: device };
  const plain = openSealedTo({ purpose: "enrolment-answer", context: contextOf(place), ...parties }, bytes);
  const reader = readerOf(plain);
  const urk = asKey(reader.take(32));
  const claimed = reader.take(32);
  reader.end();
  erase(plain);
  demand(equalConstantTime(claimed, blind), "crypto.context");
  return urk;
}

export const signDenial = (place: EnrolmentPlace, device: SignSecretKey): Uint8Array =>
  sign("enrolment-denial", contextOf(place), device);

export const isDenial = (place: EnrolmentPlace, proof: Uint8Array, device: SignPublicKey): boolean =>
  isSigned("enrolment-denial", contextOf(place), proof, device);

const contextOf = ({ tid, uid, enrolmentId, urkGen }: EnrolmentPlace): Uint8Array =>
  concat(boundId("tenant", tid), boundId("user", uid), boundId("enrolment", enrolmentId), u32(urkGen));
