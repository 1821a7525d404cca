import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { openState, readStateHeader, STATE_HEADER_BYTES, sealState } from "#shared/crypto/agents/state.ts";
import { openStateKey, sealStateKey } from "#shared/crypto/agents/state-key.ts";
import { concat, equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import type { AeadKind } from "#shared/crypto/primitives/aead.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { CHUNK_BYTES, nonceAt, openChunked, sealChunked, sealedChunkedBytes } from "#shared/crypto/sealing/chunked.ts";
import { RUNS } from "#test/support/runs.ts";
import { collect } from "./formats.ts";
import { worldOf } from "./world.ts";

vi.setConfig({ testTimeout: 60_000 });

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const KINDS: AeadKind[] = ["aes-256-gcm", "xchacha20-poly1305"];
const chunkedOf = (kind: AeadKind) => ({ kind, key: asKey(alice.bytes("key")), context: alice.bytes("context") });
const text = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** The same bytes, arriving in pieces of this size. */
function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe.each(KINDS)("chunked %s", (kind) => {
  const chunked = chunkedOf(kind);
  const sealed16 = CHUNK_BYTES + 16;

  it("opens what it sealed, however it is cut into pieces (1,000 ways)", async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: CHUNK_BYTES - 3, max: CHUNK_BYTES + 3 }),
      fc.integer({ min: 0, max: 40_000 }),
    );
    const piece = fc.oneof(fc.integer({ min: 20, max: 100 }), fc.integer({ min: 100, max: 40_000 }));
    const agree = async (size: number, inSize: number, outSize: number) => {
      const plain = text(size);
      const sealed = await collect(sealChunked(chunked, inPieces(plain, inSize)));
      const opened = await collect(openChunked(chunked, inPieces(sealed, outSize)));
      return sealed.length === sealedChunkedBytes(size) && equalConstantTime(opened, plain);
    };
    await fc.assert(fc.asyncProperty(sizes, piece, piece, agree), RUNS);
  });

  it("ends every message with a shorter chunk, and refuses one without", async () => {
    const sealed = await collect(sealChunked(chunked, [text(2 * CHUNK_BYTES)]));
    expect(sealed).toHaveLength(56 + 2 * sealed16 + 16);
    const cut = collect(openChunked(chunked, [sealed.subarray(0, 56 + 2 * sealed16)]));
    await expect(cut).rejects.toThrow(code("crypto.format"));
    for (const size of [0, 24, 55, 56, 71]) {
      const start = collect(openChunked(chunked, [sealed.subarray(0, size)]));
      await expect(start, `${size}`).rejects.toThrow(code("crypto.format"));
    }
  });

  it("A04 refuses chunks that were swapped, doubled, dropped, or taken from another message", async () => {
    const sealed = await collect(sealChunked(chunked, [text(3 * CHUNK_BYTES + 5)]));
    const other = await collect(sealChunked(chunked, [text(3 * CHUNK_BYTES + 5)]));
    const head = sealed.subarray(0, 56);
    const [a, b, c, last] = [0, 1, 2, 3].map((i) => sealed.subarray(56 + i * sealed16, 56 + (i + 1) * sealed16)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]; // four in, four out
    const foreign = other.subarray(56, 56 + sealed16);
    for (const chunks of [
      [b, a, c, last],
      [a, a, b, c, last],
      [a, c, last],
      [a, b, c, c, last],
      [foreign, b, c, last],
      [last],
      [a, b, c, last, last],
    ]) {
      await expect(collect(openChunked(chunked, [concat(head, ...chunks)]))).rejects.toThrow(code("crypto.open"));
    }
    expect(await collect(openChunked(chunked, [concat(head, a, b, c, last)]))).toEqual(text(3 * CHUNK_BYTES + 5));
  });

  it("A05 checks the commitment before the first chunk", async () => {
    const sealed = await collect(sealChunked(chunked, [text(10)]));
    const wrong = [
      { ...chunked, key: asKey(bob.bytes("key")) },
      { ...chunked, context: bob.bytes("context") },
    ];
    const otherKind = { ...chunked, kind: KINDS.find((other) => other !== kind) ?? kind };
    for (const asked of [...wrong, otherKind]) {
      await expect(collect(openChunked(asked, [sealed]))).rejects.toThrow(code("crypto.commitment"));
    }
  });

  it("hands on only true beginnings before it refuses", async () => {
    const plain = text(3 * CHUNK_BYTES);
    const sealed = await collect(sealChunked(chunked, [plain]));
    sealed[56 + 2 * sealed16 + 9] = (sealed[56 + 2 * sealed16 + 9] ?? 0) ^ 1;
    const got: Uint8Array[] = [];
    const read = async () => {
      for await (const part of openChunked(chunked, [sealed])) got.push(part);
    };
    await expect(read()).rejects.toThrow(code("crypto.open"));
    expect(concat(...got)).toEqual(plain.subarray(0, 2 * CHUNK_BYTES));
  });
});

describe("A06 chunk nonces", () => {
  const base = alice.bytes("base", 24);

  it("differ for every index up to the last, and are not made beyond it", () => {
    const indices = [0, 1, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 38 - 1];
    expect(new Set(indices.map((index) => Buffer.from(nonceAt(base, index)).toString("hex"))).size).toBe(
      indices.length,
    );
    expect(nonceAt(new Uint8Array(12), 2 ** 38 - 1)).toEqual(
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x3f, 255, 255, 255, 255),
    );
    expect(() => nonceAt(base, 2 ** 38)).toThrow(code("crypto.format"));
  });
});

describe("state", () => {
  const key = asKey(alice.bytes("sk"));
  const header = {
    tid: alice.place.tid,
    agentId: alice.agentPlace.agentId,
    stateSeq: 7,
    prevHash: alice.bytes("prev"),
    imageDigest: alice.bytes("image"),
  };
  const tar = text(40_000);
  const seal = async (more: Partial<typeof header> = {}, kind?: AeadKind) => {
    const sealing = sealState(key, { ...header, ...more }, inPieces(tar, 999), kind);
    const bytes = await collect(sealing.bytes);
    return { bytes, hash: sealing.hash() };
  };
  const expectedOf = (stateHash: Uint8Array) => ({ tid: header.tid, agentId: header.agentId, stateSeq: 7, stateHash });
  const open = (bytes: Uint8Array, expected: ReturnType<typeof expectedOf>) =>
    collect(openState(key, expected, inPieces(bytes, 50)));

  it.each(KINDS)("comes back as it was saved, with %s", async (kind) => {
    const { bytes, hash } = await seal({}, kind);
    expect(hash).toEqual(sha256(bytes));
    expect(bytes).toHaveLength(STATE_HEADER_BYTES + sealedChunkedBytes(tar.length));
    expect(readStateHeader(bytes)).toEqual({ header, kind });
    expect(await open(bytes, expectedOf(hash))).toEqual(tar);
  });

  it("is read with one of two ciphers, whole, and of its own form", async () => {
    const { bytes } = await seal();
    for (const cipher of [0, 3, 255])
      expect(() => readStateHeader(bytes.with(5, cipher))).toThrow(code("crypto.suite"));
    expect(() => readStateHeader(bytes.with(0, 0))).toThrow(code("crypto.suite"));
    expect(() => readStateHeader(bytes.subarray(0, STATE_HEADER_BYTES - 1))).toThrow(code("crypto.format"));
    for (const more of [{ prevHash: new Uint8Array(31) }, { imageDigest: new Uint8Array(33) }])
      expect(() => sealState(key, { ...header, ...more }, [tar])).toThrow(code("crypto.key"));
  });

  it("knows its hash only at the end", async () => {
    const sealing = sealState(key, header, [tar]);
    expect(() => sealing.hash()).toThrow(code("crypto.format"));
    await collect(sealing.bytes);
    expect(sealing.hash()).toHaveLength(32);
  });

  it("C08 is refused when it is an older one, another of the same number, or another agent's", async () => {
    const { bytes, hash } = await seal();
    const older = await seal({ stateSeq: 6 });
    await expect(open(older.bytes, expectedOf(hash))).rejects.toThrow(code("crypto.rollback"));
    await expect(open(older.bytes, expectedOf(older.hash))).rejects.toThrow(code("crypto.rollback"));
    const again = await seal();
    await expect(open(again.bytes, expectedOf(hash))).rejects.toThrow(code("crypto.rollback"));
    const foreign = await seal({ agentId: bob.agentPlace.agentId });
    await expect(open(foreign.bytes, expectedOf(foreign.hash))).rejects.toThrow(code("crypto.context"));
    const elsewhere = await seal({ tid: bob.place.tid });
    await expect(open(elsewhere.bytes, expectedOf(elsewhere.hash))).rejects.toThrow(code("crypto.context"));
    const otherKey = collect(openState(asKey(bob.bytes("sk")), expectedOf(hash), [bytes]));
    await expect(otherKey).rejects.toThrow(code("crypto.commitment"));
  });

  it("gives its key to the user alone, and only beside itself", async () => {
    const { hash } = await seal();
    const state = expectedOf(hash);
    const sealed = sealStateKey(key, state, { user: alice.user.kem.publicKey, agent: alice.agent.sign });
    const parties = { user: alice.user.kem, agent: alice.agent.sign.publicKey };
    expect(openStateKey(sealed, state, parties)).toEqual(key);
    const moved = [
      { ...state, stateSeq: 8 },
      { ...state, stateHash: bob.bytes("hash") },
      { ...state, tid: bob.place.tid },
    ];
    for (const other of moved) expect(() => openStateKey(sealed, other, parties)).toThrow(code("crypto.context"));
    expect(() => openStateKey(sealed, state, { ...parties, user: bob.user.kem })).toThrow(code("crypto.context"));
    expect(() => openStateKey(sealed, state, { ...parties, agent: bob.agent.sign.publicKey })).toThrow(
      code("crypto.context"),
    );
  });
});
