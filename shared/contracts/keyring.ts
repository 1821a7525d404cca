import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Instant, SignedWrite, sealedBytes } from "./route.ts";

/**
 * A person's keyring in one organisation, as the server keeps it: opaque blobs (docs/formats.md).
 * The server can withhold it; it cannot open it, add to it or bring a removed slot back unseen.
 */
const Slot = z.object({
  id: idOf("slot"),
  type: z.enum(["passphrase", "passkey", "bip39", "contacts", "hardware_key", "device"]),
  blob: sealedBytes(1280), // a passkey's has its credential id in it
});
type SlotType = z.infer<typeof Slot>["type"];

/** What a person has in their head or on paper. A keyring has at least one of these, and one of each at most. */
const HELD: readonly SlotType[] = ["passphrase", "bip39", "hardware_key"];
export const isHeld = (type: SlotType): boolean => HELD.includes(type);

const KeyringBody = z.object({
  slots: z.array(Slot).min(1).max(10),
  slotSeq: z.int().positive(), // rises by one with every change
  slotSet: sealedBytes(1024), // OCWS: which slots there are, authenticated by a key of the root
  rootGeneration: z.int().positive(),
  rootPub: sealedBytes(32), // Ed25519
  identity: sealedBytes(8192), // the identity keys, sealed by the root to itself
  bundle: sealedBytes(8192), // OCPK statement: public identity keys, signed by the root
});

/** What a new root carries of the earlier ones, sealed under it, while something is still sealed under them. */
const Carry = sealedBytes(2048);

export const Keyring = KeyringBody.extend({
  carry: Carry.optional(), // there until a change of all keys is finished
  recoveryCheckedAt: Instant.nullable(), // that the words are held; of the words there are now
  recoveryKeyCheckedAt: Instant.nullish(), // and the same of the recovery key
  createdAt: Instant,
  updatedAt: Instant,
});
export type Keyring = z.infer<typeof Keyring>;

/** A device of the person: its certificate is signed by the root key. */
export const Device = z.object({
  id: idOf("device"),
  name: z.string(),
  cert: sealedBytes(4096),
  createdAt: Instant,
  revokedAt: Instant.nullish(), // taken back: the relay lets it in no more, and agents refuse its certificate
  sessionId: idOf("session").nullish(), // the sign-in under which it was registered, or was at the relay last
});

/** OCDR: which devices were taken back, signed by the root. */
const Revocations = sealedBytes(2048);
export type Device = z.infer<typeof Device>;

export const keyringContract = {
  getKeyring: {
    method: "GET",
    path: "/v1/keyring",
    access: "keyring:read",
    summary: "Your own sealed key slots.",
    input: z.object({}),
    reply: Keyring,
  },
  createKeyring: {
    method: "POST",
    path: "/v1/keyring",
    access: "keyring:write",
    summary: "Keep your first key slots, made and sealed on your device.",
    status: 201,
    input: KeyringBody.extend({ slotSeq: z.literal(1) }),
    reply: Keyring,
  },
  changeKeyring: {
    method: "PUT",
    path: "/v1/keyring",
    access: "keyring:write",
    summary:
      "Replace your key slots, signed by the root there is; `slotSeq` must be the last one plus one. With the next `rootGeneration` the root changes: the old one agrees in the bundle, and `carry` holds what is left of it.",
    input: KeyringBody.extend({ carry: Carry.optional(), signed: SignedWrite }),
    reply: Keyring,
  },
  finishRotation: {
    method: "POST",
    path: "/v1/keyring/rotations/{rootGeneration}/finish",
    access: "keyring:write",
    summary:
      "Forget what the root of this generation carries of the earlier ones, as it has signed: everything is sealed under it now.",
    input: z.object({ rootGeneration: z.coerce.number().int().positive(), signed: SignedWrite }),
    reply: Keyring,
  },
  recordRecoveryCheck: {
    method: "POST",
    path: "/v1/keyring/recovery-checks",
    access: "keyring:write",
    summary: "Note that you proved on your device that you hold the recovery phrase, or the recovery key.",
    input: z.object({ type: z.enum(["bip39", "hardware_key"]).default("bip39") }),
    reply: Keyring,
  },
  getIdentity: {
    method: "GET",
    path: "/v1/members/{userId}/identity",
    access: "members:read",
    summary: "The chain of statements in which a member says what their public keys are.",
    input: z.object({ userId: idOf("user") }),
    reply: z.object({ userId: idOf("user"), bundles: z.array(sealedBytes(8192)).min(1) }),
  },
  addDevice: {
    method: "POST",
    path: "/v1/devices",
    access: "keyring:write",
    summary: "Register a device by its certificate.",
    status: 201,
    input: Device.pick({ id: true, cert: true }).extend({ name: z.string().trim().min(1).max(80) }),
    reply: Device,
  },
  listDevices: {
    method: "GET",
    path: "/v1/devices",
    access: "keyring:read",
    summary: "Your registered devices.",
    input: z.object({}),
    reply: z.object({ items: z.array(Device), revocations: Revocations.nullable() }),
  },
  revokeDevice: {
    method: "POST",
    path: "/v1/devices/{deviceId}/revocations",
    access: "keyring:write",
    summary:
      "Take a device back for good, by a statement that your root has signed and that names every one taken back before.",
    input: z.object({ deviceId: idOf("device"), revocations: Revocations }),
    reply: Device,
  },
} as const satisfies Contract;
