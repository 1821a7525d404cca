import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Done, Instant, sealedBytes } from "./route.ts";

/** A vault that several open together: one asks, the others release their shares to a key made for this opening, or deny. */
const inVault = { vaultId: idOf("vault") };
const inOpening = { ...inVault, openingId: idOf("opening") };
const Sealed = sealedBytes(4096);

const Answer = z.object({
  userId: idOf("user"),
  answer: z.enum(["released", "denied"]),
  share: Sealed.nullable(), // sealed to the opening's key; shown to who asked, and to nobody else
  at: Instant,
});

export const Opening = z.object({
  id: idOf("opening"),
  openerId: idOf("user"),
  request: sealedBytes(1536), // OCVO, signed
  reason: Sealed.nullable(), // sealed to the caller
  answers: z.array(Answer),
  expiresAt: Instant,
});
export type Opening = z.infer<typeof Opening>;

export const openingRoutes = {
  startOpening: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/openings",
    access: "vault:write",
    summary: "Ask the other holders of shares for an opening; it lasts fifteen minutes.",
    status: 201,
    input: z.object({
      ...inVault,
      id: Opening.shape.id,
      request: Opening.shape.request,
      reasons: z.array(z.object({ userId: idOf("user"), reason: Sealed })).max(10),
    }),
    reply: Opening,
  },
  listOpenings: {
    method: "GET",
    path: "/v1/vaults/{vaultId}/openings",
    access: "vault:read",
    summary: "The openings that are asked for and have not ended, with what was answered.",
    input: z.object(inVault),
    reply: z.object({ items: z.array(Opening) }),
  },
  answerOpening: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/openings/{openingId}/answers",
    access: "vault:write",
    summary: "Release one's share to an opening, sealed to its key, or deny it; once.",
    input: z.object({ ...inOpening, answer: Answer.shape.answer, share: Sealed.nullable() }),
    reply: Done,
  },
} as const satisfies Contract;
