import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits of chance as 43 characters of base64url: links, tickets, refresh secrets. */
export const makeSecret = (): string => randomBytes(32).toString("base64url");

/** What is kept of a secret. The purpose keeps one kind's hash from being another's; 256 bits of chance need no salt. */
export const hashSecret = (purpose: string, secret: string): string =>
  createHash("sha256").update(`ocmt/v1/${purpose}\0${secret}`).digest("hex");

/** The secret that follows one, which takes both the one before it and a seed that only the service keeps: neither gives it alone. */
export const nextSecret = (secret: string, seed: string): string =>
  createHmac("sha256", secret).update(`ocmt/v1/next-secret\0${seed}`).digest("base64url");

export function isSameHash(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}
