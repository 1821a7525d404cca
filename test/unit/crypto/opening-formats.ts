import { concat } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { writeRing } from "#shared/crypto/vault/grant.ts";
import {
  openHolderPart,
  openRelease,
  readOpening,
  sealPartTo,
  sealRelease,
  signOpening,
  unwrapRing,
  wrapRing,
} from "#shared/crypto/vault/quorum.ts";
import { idBytes, idFromBytes } from "#shared/ids.ts";
import type { Format } from "./formats.ts";
import type { World } from "./world.ts";

/** What a vault that several open together adds to the formats (formats.ts). */
export const OPENING_FORMATS = {
  "vault ring": {
    make: (w) => wrapRing(asKey(w.bytes("tk")), setPlaceOf(w), new Map([[2, { vaultKey: asKey(w.bytes("vk")) }]])),
    open: (bytes, w) => writeRing(unwrapRing(asKey(w.bytes("tk")), { ...setPlaceOf(w), keyGen: 2 }, bytes)),
  },
  "vault share": {
    make: (w) => {
      const keys = { sender: w.user.sign, recipient: w.agent.kem.publicKey };
      return sealPartTo(
        { share: w.bytes("share"), ring: w.bytes("ring") },
        { ...setPlaceOf(w), ...betweenOf(w) },
        keys,
      );
    },
    open: (bytes, w) => {
      const keys = { sender: w.user.sign.publicKey, recipient: w.agent.kem };
      const { share, ring } = openHolderPart(bytes, { ...setPlaceOf(w), ...betweenOf(w) }, keys);
      return concat(share, ring);
    },
  },
  "vault opening": {
    make: (w) => signOpening(openingOf(w), w.user.sign.secretKey),
    open: (bytes, w) => readOpening(bytes, w.user.sign.publicKey).kemKey,
  },
  "share release": {
    make: (w) => {
      const keys = { sender: w.user.sign, recipient: w.agent.kem.publicKey };
      return sealRelease(w.bytes("share"), { opening: w.bytes("opening"), ...betweenOf(w) }, keys);
    },
    open: (bytes, w) => {
      const keys = { sender: w.user.sign.publicKey, recipient: w.agent.kem };
      return openRelease(bytes, { opening: w.bytes("opening"), ...betweenOf(w) }, keys);
    },
  },
} as const satisfies Record<string, Format>;

const setPlaceOf = (w: World) => ({ tid: w.place.tid, vaultId: w.vaultId, setId: w.shareSetId });
const betweenOf = (w: World) => ({ from: w.place.uid, to: w.place.uid });
const openingOf = (w: World) => ({
  ...setPlaceOf(w),
  ...{ openingId: idFromBytes("opening", idBytes(w.itemId)), opener: w.place.uid, bundleHash: w.bytes("bundle") },
  ...{ kemKey: w.agent.kem.publicKey, atMs: w.nowMs, notAfterMs: w.nowMs + 900_000 },
});
