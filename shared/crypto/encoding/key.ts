import { demand } from "./errors.ts";

/** 32 secret bytes that may seal things. Made by `makeKey` or a `derive…` function, never by hand. */
export type Key = Uint8Array & { readonly __brand: "Key" };

/** The doors through which bytes become keys: each checks the length, which is all that can be checked. */
export const asKey = (bytes: Uint8Array): Key => checked(bytes, 32) as Key;

export function checked(bytes: Uint8Array, size: number): Uint8Array {
  demand(bytes instanceof Uint8Array && bytes.length === size, "crypto.key");
  return bytes;
}
