import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits of chance as 43 characters of base64url: links, tickets, refresh secrets. */
export const makeSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of a secret. The purpose keeps one kind's hash from being another's; 256 bits of chance need no salt. */
export const hashSecret = (purpose: string, secret: string): string =>
  createHash("sha256").update(`ocmt/v1/${purpose}\0${secret}`).digest("hex");

export function isSameHash(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}
