import { afterEach, describe, expect, it, vi } from "vitest";
import { safetyNumberOf } from "#shared/crypto/account/safety-number.ts";
import { openJournalLine, sealJournalLine } from "#shared/crypto/agents/journal.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { idBytes } from "#shared/ids.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });

describe("a safety number", () => {
  const party = ({ place, root }: typeof alice) => ({ uid: place.uid, genesisKey: root.rootSign.publicKey });

  it("is sixty digits in groups of five, the same on both sides, and another for any other key or person", () => {
    const number = safetyNumberOf(party(alice), party(bob));
    expect(number).toHaveLength(12);
    for (const group of number) expect(group).toMatch(/^\d{5}$/);
    expect(safetyNumberOf(party(bob), party(alice))).toEqual(number);
    const others = [
      safetyNumberOf(party(alice), { ...party(bob), genesisKey: bob.user.sign.publicKey }),
      safetyNumberOf(party(alice), { ...party(bob), uid: worldOf(3).place.uid }),
    ];
    for (const other of others) expect(other).not.toEqual(number);
    expect(number.slice(0, 6).join("") < number.slice(6).join("")).toBe(true);
  });

  it("is what it was when it was first written down", () => {
    expect(safetyNumberOf(party(alice), party(bob)).join(" ")).toMatchInlineSnapshot(
      `"37532 67821 71120 76993 55040 56987 54756 84038 36541 96806 09273 73163"`,
    );
  });

  it("is 5,200 hashes of a label, the person and their key, as its page says", async () => {
    const digest = async (...parts: Uint8Array[]) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
    const { uid, genesisKey } = party(alice);
    let hash = await digest(new TextEncoder().encode("ocmt/v1/safety-number\0"), idBytes(uid), genesisKey);
    for (let i = 0; i < 5200; i++) hash = await digest(hash, idBytes(uid), genesisKey);
    const digits = Array.from({ length: 6 }, (_, i) => {
      const five = hash.subarray(i * 5, i * 5 + 5).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      return String(five % 100_000n).padStart(5, "0");
    });
    expect(safetyNumberOf(party(alice), party(bob)).join(" ")).toContain(digits.join(" "));
  });
});

describe("a line of an agent's journal", () => {
  const { tid, agentId } = alice.agentPlace;
  const place = { tid, agentId, stateSeq: 3, seq: 4, prevHash: alice.bytes("prev") };
  const key = asKey(alice.bytes("state"));
  const line = sealJournalLine(key, place, alice.bytes("text"));

  it("opens where it was written, and nowhere else", () => {
    expect(line).toHaveLength(24 + 32 + 32 + 16);
    expect(openJournalLine(key, place, line)).toEqual(alice.bytes("text"));
    const elsewhere = [
      ...[{ tid: bob.place.tid }, { agentId: bob.agentPlace.agentId }, { stateSeq: 4 }, { seq: 5 }],
      { prevHash: alice.bytes("other") },
    ];
    for (const more of elsewhere)
      expect(() => openJournalLine(key, { ...place, ...more }, line)).toThrow(code("crypto.commitment"));
    expect(() => openJournalLine(asKey(bob.bytes("state")), place, line)).toThrow(code("crypto.commitment"));
    expect(() => openJournalLine(key, { ...place, prevHash: new Uint8Array(31) }, line)).toThrow(code("crypto.key"));
    expect(() => openJournalLine(key, place, line.subarray(0, 71))).toThrow(code("crypto.format"));
  });
});

describe("A07 base64url in an engine that has none of its own", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it.each(["fromBase64", "toBase64"])("is written and read by ours where %s is missing", async (missing) => {
    const holder: object = missing === "fromBase64" ? Uint8Array : Uint8Array.prototype;
    const native = Object.getOwnPropertyDescriptor(holder, missing);
    if (!native) throw new Error("this engine has none either");
    Reflect.deleteProperty(holder, missing);
    try {
      vi.resetModules();
      const { decodeBase64url, encodeBase64url } = await import("#shared/crypto/encoding/base64url.ts");
      const bytes = alice.bytes("text", 31);
      expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes);
      expect(() => decodeBase64url("AB")).toThrow(code("crypto.format"));
    } finally {
      Object.defineProperty(holder, missing, native);
      vi.resetModules();
    }
  });
});
