import { openRevocations, signRevocations } from "#shared/crypto/account/device-revocations.ts";
import { openWrite, signWrite, type Write } from "#shared/crypto/account/signed-write.ts";
import { concat, u64 } from "#shared/crypto/encoding/bytes.ts";
import { idBytes, idFromBytes } from "#shared/ids.ts";
import type { Format } from "./formats.ts";
import type { World } from "./world.ts";

/** What a root says of its person's devices and writes; all are in `formats.ts`. */
export const OWNER_FORMATS = {
  "device revocations": {
    make: (w) => {
      const devices = new Set([w.deviceId, idFromBytes("device", w.bytes("other", 16))]);
      return signRevocations(w.place, { seq: 4, devices }, w.root.rootSign.secretKey);
    },
    open: (bytes, w) => {
      const { devices } = openRevocations(bytes, { ...w.place, rootKey: w.root.rootSign.publicKey });
      return concat(...[...devices].map((id) => idBytes(id)));
    },
  },
  "signed write": {
    make: (w) => signWrite(writeOf(w), 7, w.root.rootSign.secretKey),
    open: (bytes, w) => u64(openWrite(bytes, writeOf(w), w.root.rootSign.publicKey)),
  },
} as const satisfies Record<string, Format>;

/** Written here in another order than it is hashed in. */
const writeOf = ({ place: { tid, uid }, deviceId }: World): Write => {
  const body = { b: [{ y: null, x: "ü" }, 2], a: { d: deviceId, c: true }, left: undefined };
  return { what: "vault.keys", tid, uid, body };
};
