import { asKey } from "#shared/crypto/encoding/key.ts";
import { unwrapWithContacts, wrapForContacts } from "#shared/crypto/recovery/contacts-slot.ts";
import { openRelease, openShareFor, sealRelease, sealShareFor } from "#shared/crypto/recovery/sealed-share.ts";
import { openShare, type ShareSet, signShare } from "#shared/crypto/recovery/share.ts";
import type { Format } from "./formats.ts";
import type { World } from "./world.ts";

/** Shares of a split key, their ways, and the slot that they open together; all are in `formats.ts`. */
export const RECOVERY_FORMATS = {
  "slot contacts": {
    make: (w) => wrapForContacts(w.slotPlace, { setId: w.shareSetId, key: asKey(w.bytes("rk")) }, w.urk),
    open: (bytes, w) => unwrapWithContacts(bytes, w.place, { setId: w.shareSetId, key: asKey(w.bytes("rk")) }).urk,
  },
  "key share": {
    make: (w) => signShare({ set: shareSetOf(w), x: 7, y: w.bytes("y") }, w.user.sign.secretKey),
    open: (bytes, w) => openShare(bytes, w.user.sign.publicKey).y,
  },
  "recovery share": {
    make: (w) =>
      sealShareFor(w.bytes("share"), heldPlaceOf(w), { contact: w.device.kem.publicKey, owner: w.user.sign }),
    open: (bytes, w) => openShareFor(bytes, heldPlaceOf(w), { contact: w.device.kem, owner: w.user.sign.publicKey }),
  },
  "recovery release": {
    make: (w) =>
      sealRelease(w.bytes("share"), releasePlaceOf(w), { ephemeral: w.boot.kem.publicKey, contact: w.device.sign }),
    open: (bytes, w) =>
      openRelease(bytes, releasePlaceOf(w), { ephemeral: w.boot.kem, contact: w.device.sign.publicKey }),
  },
} as const satisfies Record<string, Format>;

const shareSetOf = (w: World): ShareSet => ({
  ...({ purpose: "recovery", setId: w.shareSetId, threshold: 3, count: 5 } as const),
  ...{ commit: w.bytes("commit"), ownerFingerprint: w.bytes("owner") },
});

const heldPlaceOf = (w: World) => ({
  ...{ tid: w.place.tid, owner: w.place.uid, contact: w.contactId, setId: w.shareSetId },
});
const releasePlaceOf = (w: World) => ({ ...heldPlaceOf(w), recoveryId: w.recoveryId });
