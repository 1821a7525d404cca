import * as z from "zod";
import { hashSecret } from "#platform/tokens/secret.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { hashLinkSecret, type LinkProof } from "./link.repository.ts";

/**
 * What is answered to Cognito's challenge, and read again by the trigger that judges it:
 *
 *   <linkId>:secret:<43 characters>      or      <linkId>:code:<6 digits>
 */
const Answer = z.union([
  z.tuple([idOf("link"), z.literal("secret"), z.string().length(43)]),
  z.tuple([idOf("link"), z.literal("code"), z.string().regex(/^\d{6}$/)]),
]);

export const answerBySecret = (linkId: Id<"link">, secret: string): string => `${linkId}:secret:${secret}`;
export const answerByCode = (linkId: Id<"link">, code: string): string => `${linkId}:code:${code}`;

export interface Proof {
  readonly linkId: Id<"link">;
  readonly by: LinkProof;
}

export function readAnswer(text: string): Proof | undefined {
  const parsed = Answer.safeParse(text.split(":"));
  if (!parsed.success) return undefined;
  const [linkId, kind, value] = parsed.data;
  if (kind === "secret") return { linkId, by: { secretHash: hashLinkSecret(value) } };
  return { linkId, by: { codeHash: hashCode(linkId, value) } };
}

/** Six digits are guessed in no time from their hash; what guards them is the count of tries and fifteen minutes. */
export const hashCode = (linkId: Id<"link">, code: string): string => hashSecret("link-code", `${linkId}:${code}`);

/** The code of a link follows from its secret: whoever opens the link again sees the same one. */
export function deriveCode(linkId: Id<"link">, secret: string): string {
  const number = BigInt(`0x${hashSecret("link-digits", `${linkId}:${secret}`)}`) % 1_000_000n;
  return number.toString().padStart(6, "0");
}
