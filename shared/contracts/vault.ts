import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Instant, sealedBytes } from "./route.ts";

/**
 * A person's keyring in one organisation, as the server keeps it: opaque blobs (docs/formats.md).
 * The server can withhold it; it cannot open it, add to it or bring a removed slot back unseen.
 */
const Slot = z.object({
  id: idOf("slot"),
  type: z.enum(["passphrase", "bip39", "hardware_key", "device"]),
  blob: sealedBytes(512),
});

const KeyringBody = z.object({
  slots: z.array(Slot).min(1).max(10),
  slotSeq: z.int().positive(), // rises by one with every change
  slotSet: sealedBytes(1024), // OCWS: which slots there are, authenticated by a key of the root
  rootGeneration: z.int().positive(),
  rootPub: sealedBytes(32), // Ed25519
  identity: sealedBytes(8192), // the identity keys, sealed by the root to itself
  bundle: sealedBytes(8192), // OCPK statement: public identity keys, signed by the root
});

export const Keyring = KeyringBody.extend({
  recoveryCheckedAt: Instant.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type Keyring = z.infer<typeof Keyring>;

/** A device of the person: its certificate is signed by the root key. */
export const Device = z.object({ id: idOf("device"), name: z.string(), cert: sealedBytes(4096), createdAt: Instant });
export type Device = z.infer<typeof Device>;

export const vaultContract = {
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
    summary: "Replace your key slots; `slotSeq` must be the last one plus one.",
    input: KeyringBody,
    reply: Keyring,
  },
  recordRecoveryCheck: {
    method: "POST",
    path: "/v1/keyring/recovery-checks",
    access: "keyring:write",
    summary: "Note that you proved on your device that you hold the recovery phrase.",
    input: z.object({}),
    reply: Keyring,
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
    reply: z.object({ items: z.array(Device) }),
  },
} as const satisfies Contract;
