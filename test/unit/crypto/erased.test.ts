import { afterEach, describe, expect, it } from "vitest";
import { sealCarry } from "#shared/crypto/account/carry.ts";
import { sealIdentity } from "#shared/crypto/account/identity.ts";
import { openAnswer, sealAnswer } from "#shared/crypto/enrolment/answer.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { installProvider, nobleProvider } from "#shared/crypto/primitives/provider.ts";
import { openCommitted, sealCommitted } from "#shared/crypto/sealing/committed.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { enrolmentOf } from "./enrolment-formats.ts";
import { quickArgon, worldOf } from "./world.ts";

const alice = worldOf(1);
afterEach(() => installProvider({}));

/** What was handed to the ciphers while `work` ran: the arrays themselves, as they are afterwards. */
function handedTo(work: () => unknown): { readonly keys: Uint8Array[]; readonly texts: Uint8Array[] } {
  const seen = { keys: [] as Uint8Array[], texts: [] as Uint8Array[] };
  installProvider({
    cipher(kind, key) {
      const cipher = nobleProvider.cipher(kind, key);
      seen.keys.push(key);
      return {
        seal(nonce, plaintext, aad) {
          seen.texts.push(plaintext);
          return cipher.seal(nonce, plaintext, aad);
        },
        open(...args) {
          const opened = cipher.open(...args);
          seen.texts.push(opened);
          return opened;
        },
      };
    },
  });
  work();
  return seen;
}
const zeros = (bytes: Uint8Array) => new Uint8Array(bytes.length);

describe("a secret that is no longer needed is overwritten", () => {
  const envelope = { purpose: "slot", ikm: alice.bytes("ikm"), header: alice.bytes("header") } as const;

  it("as the key of an envelope, once it is sealed and once it is opened", () => {
    const sealed = sealCommitted(envelope, alice.bytes("text")).subarray(32);
    for (const work of [
      () => sealCommitted(envelope, alice.bytes("text")),
      () => expect(openCommitted(envelope, sealed)).toEqual(alice.bytes("text")),
    ]) {
      const { keys } = handedTo(work);
      expect(keys).toHaveLength(1);
      for (const key of keys) expect(key).toEqual(zeros(key));
    }
  });

  it("as the seeds of an identity, and all that a new root carries", () => {
    const carried = { ...alice.root, identity: alice.user, bundleHash: alice.bytes("bundle") };
    for (const work of [() => sealIdentity(alice.root, 1, alice.user), () => sealCarry(alice.nextRoot, [carried])]) {
      const { texts } = handedTo(work);
      expect(texts.map(({ length }) => length)).toEqual([expect.any(Number)]);
      for (const text of texts) expect(text).toEqual(zeros(text));
    }
    expect(alice.user.sign.secretKey).not.toEqual(new Uint8Array(32));
  });

  it("as the root key on its way to another device, by who sends it and who gets it", () => {
    const request = enrolmentOf(alice);
    const blind = alice.bytes("blind");
    const toIt = { ephemeral: request.ephemeralKey, device: alice.device.sign };
    const byIt = { ephemeral: alice.boot.kem, device: alice.device.sign.publicKey, blind };
    const sealed = sealAnswer({ urk: alice.urk, blind }, request, toIt);
    for (const work of [
      () => sealAnswer({ urk: alice.urk, blind }, request, toIt),
      () => expect(openAnswer(sealed, request, byIt)).toEqual(alice.urk),
    ]) {
      const { texts } = handedTo(work);
      expect(texts).toEqual([new Uint8Array(64)]);
    }
  });

  it("as the bytes of a passphrase, before the slot is made or opened", async () => {
    const phrases: Uint8Array[] = [];
    const deriveArgon2id: DeriveArgon2id = (params, phrase, salt) => {
      phrases.push(phrase);
      return quickArgon(params, phrase, salt);
    };
    const secrets = { passphrase: "seven plain words" };
    const slot = await wrapWithPassphrase(alice.slotPlace, secrets, alice.urk, deriveArgon2id);
    await unwrapWithPassphrase(slot, { expected: alice.place, secrets, deriveArgon2id });
    expect(phrases.map(({ length }) => length)).toEqual([17, 17]);
    for (const phrase of phrases) expect(phrase).toEqual(zeros(phrase));
  });
});
