import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Done, Instant, SignedWrite, sealedBytes } from "./route.ts";

/**
 * Recovery by contacts, as the server keeps it: who holds a share, each sealed to its holder, and who asked for them. It opens no share,
 * and what it could put in their place is found out by the six words that people compare (docs/formats.md).
 */
const Share = sealedBytes(2048); // OCM1 around an OCS1
const EphemeralKey = sealedBytes(1216); // X-Wing

/** What the comparison code speaks of; `bundleHash` names the owner's keys that signed the shares, `slotId` what they open. */
const SetBody = z.object({
  setId: idOf("shareSet"),
  slotId: idOf("slot"),
  threshold: z.int().min(2).max(10),
  commit: sealedBytes(32),
  ownerFingerprint: sealedBytes(32),
  bundleHash: sealedBytes(32),
});

export const RecoverySet = SetBody.extend({
  contacts: z.array(idOf("user")),
  /** Under which key statement of each contact their share was sealed, in the same order. Later keys may not open it. */
  sealedTo: z.array(sealedBytes(32)),
  createdAt: Instant,
  /** False when the keyring has no slot for it any more: these shares open nothing. */
  isAlive: z.boolean(),
});
export type RecoverySet = z.infer<typeof RecoverySet>;

const Recovery = z.object({
  id: idOf("recovery"),
  setId: idOf("shareSet"),
  ephemeralKey: EphemeralKey,
  startedAt: Instant,
  /** From when on what the contacts gave is handed out. */
  collectableAt: Instant,
  expiresAt: Instant,
});

/** One that the owner has started; `released` says who has given their share, not what. */
export const OwnRecovery = Recovery.extend({ released: z.array(idOf("user")), device: z.string(), place: z.string() });
export type OwnRecovery = z.infer<typeof OwnRecovery>;

const Release = z.object({
  contactId: idOf("user"),
  bundleHash: sealedBytes(32), // of the contact's keys that signed it
  release: Share,
});

/** A share that the caller holds for somebody, and what has been asked for it. */
export const HeldShare = SetBody.extend({
  ownerId: idOf("user"),
  count: z.int(),
  share: Share,
  recoveries: z.array(Recovery.extend({ isReleased: z.boolean() })),
});
export type HeldShare = z.infer<typeof HeldShare>;

const One = z.object({ recoveryId: idOf("recovery") });

export const recoveryContract = {
  getSet: {
    method: "GET",
    path: "/v1/recovery/set",
    access: "keyring:read",
    summary: "Who holds a share of your recovery key, and how many are enough.",
    input: z.object({}),
    reply: z.object({ set: RecoverySet.nullable() }),
  },
  putSet: {
    method: "PUT",
    path: "/v1/recovery/set",
    access: "keyring:write",
    summary: "Hand a share to each of three to ten contacts, in place of the set before; signed by your root.",
    input: SetBody.extend({
      replaces: idOf("shareSet").nullable(), // the set that was seen
      shares: z
        .array(z.object({ contactId: idOf("user"), sealedTo: sealedBytes(32), share: Share }))
        .min(3)
        .max(10),
      signed: SignedWrite,
    }),
    reply: RecoverySet,
  },
  removeSet: {
    method: "DELETE",
    path: "/v1/recovery/set/{setId}",
    access: "keyring:write",
    summary: "Take the shares back from where contacts find them; signed by your root.",
    input: z.object({ setId: idOf("shareSet"), signed: SignedWrite }),
    reply: Done,
  },
  start: {
    method: "POST",
    path: "/v1/recovery/recoveries",
    access: "keyring:write",
    summary: "Ask your contacts for their shares, to be sealed to a key that this browser made.",
    status: 201,
    input: z.object({ setId: idOf("shareSet"), ephemeralKey: EphemeralKey }),
    reply: OwnRecovery,
  },
  list: {
    method: "GET",
    path: "/v1/recovery/recoveries",
    access: "keyring:read",
    summary: "The recoveries of your account that are under way, newest first, at most 20.",
    input: z.object({}),
    reply: z.object({ items: z.array(OwnRecovery), more: z.boolean() }),
  },
  collect: {
    method: "GET",
    path: "/v1/recovery/recoveries/{recoveryId}/releases",
    access: "keyring:read",
    summary: "What the contacts have released to this recovery, once its time has come.",
    input: One,
    reply: z.object({ recovery: OwnRecovery, releases: z.array(Release) }),
  },
  end: {
    method: "POST",
    path: "/v1/recovery/recoveries/{recoveryId}/end",
    access: "keyring:write",
    summary: "Cancel a recovery, or note that it succeeded; signed by an unlocked device.",
    input: One.extend({ how: z.enum(["cancelled", "recovered"]), proof: sealedBytes(64) }),
    reply: Done,
  },
  listHeld: {
    method: "GET",
    path: "/v1/recovery/held",
    access: "keyring:read",
    summary: "The shares that you hold for others, and who asks for one.",
    input: z.object({}),
    reply: z.object({ items: z.array(HeldShare) }),
  },
  release: {
    method: "POST",
    path: "/v1/recovery/held/{ownerId}/recoveries/{recoveryId}/release",
    access: "keyring:write",
    summary: "Release your share to a recovery whose six words you have compared.",
    input: Release.omit({ contactId: true }).extend({ ownerId: idOf("user"), recoveryId: idOf("recovery") }),
    reply: Done,
  },
} as const satisfies Contract;
