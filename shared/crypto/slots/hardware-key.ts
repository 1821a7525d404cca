import { base32nopad } from "@scure/base";
import type { Id } from "../../ids.ts";
import { equalConstantTime, utf8 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveBytes, deriveKey } from "../primitives/kdf.ts";
import { makeBytes } from "../primitives/random.ts";

/**
 * A key kept on paper or in a hardware token: 160 random bits.
 *
 *   text = Base32(secret 20) 32 characters ‖ Base32(first 20 bits of HKDF(secret, "hardware-key-check")) 4 characters
 *   shown as nine groups of four with dashes
 *   slotSecret = HKDF(secret 20, "ocmt/v1/hardware-key\0" ‖ uid 16)     for slot type 05
 *
 * 160 bits is what an HMAC-SHA1 challenge-response slot holds. Reading is RFC 4648 Base32 to the letter: A-Z and 2-7, exact
 * length. Spaces and dashes are skipped; lower case, 0/O and 1/I are not guessed at, and are refused.
 */
const SECRET_BYTES = 20;
const BODY_CHARS = 32;
const CHECK_CHARS = 4;
export const KEY_CHARS = BODY_CHARS + CHECK_CHARS;

export const makeHardwareKey = (): Uint8Array => makeBytes(SECRET_BYTES);

export function hardwareKeyText(secret: Uint8Array): string {
  const text = base32nopad.encode(Uint8Array.from(checked(secret, SECRET_BYTES))) + checkCharsOf(secret);
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** @throws crypto.phrase for any character, length or check that is not exactly right. */
export function readHardwareKey(typed: string): Uint8Array {
  const text = charactersOf(typed);
  demand(text.length === KEY_CHARS && /^[A-Z2-7]+$/.test(text), "crypto.phrase");
  const secret = decode(text.slice(0, BODY_CHARS));
  demand(equalConstantTime(utf8(text.slice(BODY_CHARS)), utf8(checkCharsOf(secret))), "crypto.phrase");
  return secret;
}

/** How far a typed text is from being a key, as a form can tell without knowing one: how many characters, and which stand in no key. */
export function lookAtHardwareKey(typed: string): { readonly count: number; readonly strange: readonly string[] } {
  const all = [...charactersOf(typed)];
  return { count: all.length, strange: [...new Set(all.filter((character) => !/^[A-Z2-7]$/.test(character)))] };
}

export function deriveHardwareKeySlotSecret(secret: Uint8Array, uid: Id<"user">): Key {
  return deriveKey({ purpose: "hardware-key", ikm: checked(secret, SECRET_BYTES), context: boundId("user", uid) });
}

const charactersOf = (typed: string): string => typed.replace(/[ -]/g, "");

/** 32 characters of the alphabet are 20 bytes to the bit: none of them can be wrong. */
const decode = (body: string): Uint8Array => checked(base32nopad.decode(body), SECRET_BYTES);

const checkCharsOf = (secret: Uint8Array): string =>
  base32nopad
    .encode(Uint8Array.from(deriveBytes({ purpose: "hardware-key-check", ikm: secret }, 5)))
    .slice(0, CHECK_CHARS);
