import { createHash, type KeyObject, verify } from "node:crypto";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";

/**
 * A token is a JWT (RFC 7515, 7518) of one spelling only:
 *
 *   base64url(header) "." base64url(payload) "." base64url(r ‖ s)
 *   header  = {"alg":"ES256","typ":"JWT","kid":"<RFC 7638 thumbprint>"}   these bytes exactly
 *   payload = JSON as JSON.stringify writes it
 *   s       ≤ n/2: of the two signatures that ECDSA makes of each one, only the lower is accepted (THREATS F03)
 *
 * Since the header must equal ours byte by byte, `alg: none`, `jku`, `jwk`, `x5u`, `crit` and a foreign `kid` cannot occur.
 */
export interface TokenKey {
  id(): Promise<string>;
  publicKey(): Promise<KeyObject>;
  /** The DER signature of SHA-256 of these bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

const TOKEN_CHARS_MAX = 4096;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // n of P-256 (SEC 2, 2.4.2)

export async function encodeToken(key: TokenKey, claims: object): Promise<string> {
  const text = new TextEncoder();
  const payload = encodeBase64url(text.encode(JSON.stringify(claims)));
  const signed = `${headerOf(await key.id())}.${payload}`;
  const signature = toRaw(await key.sign(text.encode(signed)));
  return `${signed}.${encodeBase64url(signature)}`;
}

/** The payload, or undefined for any text that `encodeToken` would not have written with this key. */
export async function decodeToken(key: TokenKey, token: string): Promise<unknown> {
  if (token.length > TOKEN_CHARS_MAX) return undefined;
  const [header, payload, signature, ...more] = token.split(".");
  if (!payload || !signature || more.length > 0 || header !== headerOf(await key.id())) return undefined;
  const raw = decoded(signature);
  const body = decoded(payload);
  if (!raw || !body || raw.length !== 64 || readBig(raw.subarray(32)) > ORDER / 2n) return undefined;
  const publicKey = { key: await key.publicKey(), dsaEncoding: "ieee-p1363" } as const;
  if (!verify("sha256", Buffer.from(`${header}.${payload}`), publicKey, raw)) return undefined;
  return parseExactly(new TextDecoder().decode(body));
}

/** Undefined unless the text is as we would write it: no claim twice, no spaces. */
function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text); // signed by us, so it is JSON
  return JSON.stringify(value) === text ? value : undefined;
}

function headerOf(kid: string): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify({ alg: "ES256", typ: "JWT", kid })));
}

function decoded(text: string): Uint8Array | undefined {
  try {
    return decodeBase64url(text);
  } catch {
    return undefined;
  }
}

/** RFC 7638: the hash of the required members in their order. */
export function thumbprint(publicKey: KeyObject): string {
  const { crv, kty, x, y } = publicKey.export({ format: "jwk" });
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}

/** DER SEQUENCE { INTEGER r, INTEGER s } to 32 + 32 bytes, with the lower of the two possible s. */
export function toRaw(der: Uint8Array): Uint8Array {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw new Error("signature: not DER");
  const [r, afterR] = readInteger(der, 2);
  const [s, end] = readInteger(der, afterR);
  if (end !== der.length) throw new Error("signature: trailing bytes");
  const low = s > ORDER / 2n ? ORDER - s : s;
  return Buffer.from(r.toString(16).padStart(64, "0") + low.toString(16).padStart(64, "0"), "hex");
}

function readInteger(der: Uint8Array, at: number): [value: bigint, end: number] {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  if (der[at] !== 0x02 || length === 0 || end > der.length) throw new Error("signature: not an integer");
  return [readBig(der.subarray(at + 2, end)), end];
}

const readBig = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
