import { describe, expect, it } from "vitest";
import { openWrite, signWrite, type Write } from "#shared/crypto/account/signed-write.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import { worldOf } from "./world.ts";

const world = worldOf(21);
const { tid, uid } = world.place;
const other = worldOf(22);
const { publicKey, secretKey } = world.root.rootSign;
const body = { keys: [{ userId: uid, key: "AAAA" }], keyCommit: "BBBB", at: 3, replaces: null };
const write: Write = { what: "vault.keys", tid, uid, body };
const refusal = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("a signed write", () => {
  it("says where the thing stands, whatever order its fields come in", () => {
    const bytes = signWrite(write, 5, secretKey);
    const turned = { replaces: null, left: undefined, at: 3, keyCommit: "BBBB", keys: [{ key: "AAAA", userId: uid }] };
    expect(openWrite(bytes, { ...write, body: turned }, publicKey)).toBe(5);
    expect(bytes).toEqual(signWrite({ ...write, body: turned }, 5, secretKey));
  });

  it("is of one write, one person and one organisation, and by their root", () => {
    const bytes = signWrite(write, 5, secretKey);
    const wrong: Partial<Write>[] = [{ what: "recovery.put" }, { tid: other.place.tid }, { uid: other.place.uid }];
    for (const one of wrong)
      expect(refusal(() => openWrite(bytes, { ...write, ...one }, publicKey))).toBe("crypto.context");
    expect(refusal(() => openWrite(bytes, write, other.root.rootSign.publicKey))).toBe("crypto.signature");
    expect(refusal(() => openWrite(bytes, write, world.user.sign.publicKey))).toBe("crypto.signature");
  });

  it("A07 has nothing behind its hash, and nothing less", () => {
    const whole = signWrite(write, 5, secretKey).subarray(0, -64);
    for (const wrong of [concat(whole, Uint8Array.of(0)), whole.subarray(0, -1)]) {
      const signed = signStatement("signed-write", wrong, secretKey);
      expect(refusal(() => openWrite(signed, write, publicKey))).toBe("crypto.format");
    }
  });

  it("is of every field: none can be added, left out, changed or moved", () => {
    const bytes = signWrite(write, 5, secretKey);
    const [key] = body.keys;
    for (const altered of [
      { ...body, more: 1 },
      { ...body, at: undefined },
      { ...body, at: "3" },
      { ...body, keys: [key, key] },
      { ...body, keys: [{ ...key, key: "AAAB" }] },
      { ...body, keyCommit: null, replaces: "BBBB" },
    ])
      expect(refusal(() => openWrite(bytes, { ...write, body: altered }, publicKey))).toBe("crypto.context");
  });
});
