import { concat, utf8 } from "./bytes.ts";

/**
 * What a key or signature is for. The label `"ocmt/v1/<purpose>\0"` starts every HKDF info and every signed message, so a
 * thing made for one purpose is noise for every other (THREATS A08). The closing zero byte keeps "item" from being the
 * beginning of "item-key". A purpose written twice here does not compile.
 *
 *   kdf   names an HKDF derivation        sign  names a signed statement
 *   seal  names a sealing: both its signature and its key derivation
 *   hash  names what is hashed
 */
const PURPOSES = {
  // account: slots, root, identities
  slot: "kdf",
  "slot-mac": "kdf",
  "slot-set": "kdf",
  "root-sign": "kdf",
  "self-wrap": "kdf",
  "self-seal": "kdf",
  bip39: "kdf",
  "hardware-key": "kdf",
  "hardware-key-check": "kdf",
  "device-slot": "kdf",
  "passkey-slot": "kdf",
  prf: "hash",
  bundle: "sign",
  "bundle-rotation": "sign",
  "device-cert": "sign",
  "device-revocations": "sign",
  "signed-write": "sign",
  // agents
  "agent-cert": "sign",
  "agent-sign": "kdf",
  "agent-kem": "kdf",
  launch: "sign",
  unlock: "seal",
  "state-key": "seal",
  state: "kdf",
  journal: "kdf",
  // channel OCT1
  "channel-m1": "sign",
  "channel-m2": "sign",
  oct1: "kdf",
  "oct1-confirm": "kdf",
  ratchet: "kdf",
  "queued-message": "seal",
  outbox: "kdf",
  // vaults
  item: "kdf",
  "item-key": "kdf",
  "vault-file": "kdf",
  "vault-ring": "kdf",
  "vault-share": "seal",
  "vault-opening": "sign",
  "share-release": "seal",
  "opening-reason": "seal",
  "vault-entries": "kdf",
  "vault-contents": "kdf",
  "vault-commit": "kdf",
  "entry-commit": "kdf",
  "vault-grant": "seal",
  "item-share": "seal",
  "vault-bucket": "hash",
  "vault-root": "hash",
  "safety-number": "hash",
  "contacts-item": "hash",
  manifest: "sign",
  "vault-chain": "sign",
  // keys split among people
  "key-share": "sign",
  "share-commit": "kdf",
  "compare-code": "hash",
  "share-owner": "hash",
  "contacts-slot": "kdf",
  "recovery-share": "seal",
  "recovery-release": "seal",
  "recovery-end": "sign",
  // a device that lets another in
  "enrolment-words": "hash",
  "enrolment-key": "hash",
  "enrolment-request": "kdf",
  "enrolment-answer": "seal",
  "enrolment-denial": "sign",
  // grants between people
  grant: "sign",
  "grant-use": "sign",
  "grant-revocation": "sign",
  "grant-request": "seal",
  "grant-handed": "seal",
  "grant-call": "seal",
  "grant-answer": "seal",
  // approvals
  "approval-request": "seal",
  "approval-decision": "sign",
} as const satisfies Record<string, Kind>;

type Kind = "kdf" | "sign" | "seal" | "hash";
export type Purpose = keyof typeof PURPOSES;
type PurposeOf<K extends Kind> = {
  [P in Purpose]: (typeof PURPOSES)[P] extends K ? P : never;
}[Purpose];
export type KdfPurpose = PurposeOf<"kdf" | "seal">;
export type SignPurpose = PurposeOf<"sign" | "seal">;
export type SealPurpose = PurposeOf<"seal">;

export const listPurposes = (): Purpose[] => Object.keys(PURPOSES) as Purpose[]; // the keys of the table above

export const kindOf = (purpose: Purpose): Kind => PURPOSES[purpose];

export const labelOf = (purpose: Purpose): Uint8Array<ArrayBuffer> =>
  concat(utf8(`ocmt/v1/${purpose}`), Uint8Array.of(0));

/** The one suite of version 1: Ed25519, X-Wing, HKDF-SHA256, AES-256-GCM, XChaCha20-Poly1305, Argon2id. */
export const SUITE = 0x01;
