import { describe, expect, it } from "vitest";
import { type DeviceExpectation, openDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { type AgentExpectation, openAgentCert } from "#shared/crypto/agents/agent-cert.ts";
import { bootUserData, type NitroClaims, nitroAttestor } from "#shared/crypto/agents/attestor.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { asSignPublicKey, isSigned, makeSignKeys, type SignPublicKey, sign } from "#shared/crypto/primitives/sign.ts";
import { splitHead } from "#shared/crypto/sealing/split-head.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import { hardwareKeyText, lookAtHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { unwrapWithPasskey, wrapWithPasskey } from "#shared/crypto/slots/passkey-slot.ts";
import { makePassphrase } from "#shared/crypto/slots/passphrase.ts";
import { readSlot } from "#shared/crypto/slots/slot.ts";
import { bootClaimOf, collect, FORMATS } from "./formats.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });

describe("a certificate is good to the millisecond", () => {
  const root = { rootKey: alice.root.rootSign.publicKey, nowMs: alice.nowMs };

  it("of a device: from five minutes before it was made, to its end", async () => {
    const bytes = await FORMATS["device certificate"].make(alice);
    const open = (more: Partial<DeviceExpectation>) => openDeviceCert(bytes, { ...alice.place, ...root, ...more });
    for (const nowMs of [alice.nowMs - 300_000, alice.nowMs, alice.nowMs + 1000])
      expect(open({ nowMs }).createdAtMs).toBe(alice.nowMs);
    for (const nowMs of [alice.nowMs - 300_001, alice.nowMs + 1001])
      expect(() => open({ nowMs })).toThrow(code("crypto.expired"));
    expect([open({ seqMin: 0 }).seq, open({ seqMin: 2 }).seq]).toEqual([2, 2]);
    expect(() => open({ seqMin: 3 })).toThrow(code("crypto.rollback"));
  });

  it.each([
    ["device", "device certificate", "device-cert", openDeviceCert],
    ["agent", "agent certificate", "agent-cert", openAgentCert],
  ] as const)("of %s, and has nothing more or less in it", async (_, format, purpose, open) => {
    const body = (await FORMATS[format].make(alice)).subarray(0, -64);
    const expected = { ...alice.agentPlace, ...root };
    for (const wrong of [concat(body, Uint8Array.of(0)), body.subarray(0, -1)]) {
      const signed = signStatement(purpose, wrong, alice.root.rootSign.secretKey);
      expect(() => open(signed, expected)).toThrow(code("crypto.format"));
    }
  });

  it("of an agent: to its end, and of no earlier writing", async () => {
    const bytes = await FORMATS["agent certificate"].make(alice);
    const open = (more: Partial<AgentExpectation>) => openAgentCert(bytes, { ...alice.agentPlace, ...root, ...more });
    for (const nowMs of [0, alice.nowMs + 1000]) expect(open({ nowMs }).seq).toBe(4);
    expect(() => open({ nowMs: alice.nowMs + 1001 })).toThrow(code("crypto.expired"));
    expect(open({ seqMin: 4, imageDigest: alice.bytes("image") }).policyHash).toEqual(alice.bytes("policy"));
    expect(() => open({ seqMin: 5 })).toThrow(code("crypto.rollback"));
  });
});

describe("a document of the processor's maker", () => {
  const boot = bootClaimOf(alice);
  const [rootHash, pcr] = [alice.bytes("root"), alice.bytes("pcr")];
  const expected = { agentId: alice.agentPlace.agentId, nonce: alice.bytes("nonce"), nowMs: alice.nowMs };
  const good: NitroClaims = {
    ...{ rootHash, notBeforeMs: 0, notAfterMs: alice.nowMs * 2, issuedAtMs: alice.nowMs, nonce: expected.nonce },
    ...{ userData: bootUserData(expected.agentId, boot), pcrs: new Map([[0, pcr]]) },
  };
  const verify = (more: Partial<NitroClaims>, asked: object = {}) =>
    nitroAttestor(async () => ({ ...good, ...more }), { rootHash, pcrs: new Map([[0, pcr]]) }).verify(
      alice.bytes("document"),
      boot,
      { ...expected, imageDigest: alice.bytes("image"), ...asked },
    );

  it.each<[string, Partial<NitroClaims>]>([
    ["in the first millisecond of its certificates", { notBeforeMs: alice.nowMs }],
    ["in the last millisecond of its certificates", { notAfterMs: alice.nowMs }],
    ["five minutes after it was made", { issuedAtMs: alice.nowMs - 300_000 }],
    ["five minutes before it was made", { issuedAtMs: alice.nowMs + 300_000 }],
    [
      "with registers that nobody asked for",
      {
        pcrs: new Map([
          [0, pcr],
          [1, rootHash],
        ]),
      },
    ],
  ])("is taken %s", async (_, more) => {
    await expect(verify(more)).resolves.toMatchObject({ tier: "nitro", kemKey: boot.kemKey });
  });

  it("is not taken where no nonce was asked for: it could be an old one", async () => {
    await expect(verify({ nonce: new Uint8Array(0) }, { nonce: undefined })).rejects.toThrow(
      code("crypto.attestation"),
    );
  });

  it("is refused with its reader's reason as the cause", async () => {
    const reason = new Error("a bad chain");
    const attestor = nitroAttestor(() => Promise.reject(reason), { rootHash, pcrs: new Map([[0, pcr]]) });
    const verdict = attestor.verify(alice.bytes("document"), boot, { ...expected, imageDigest: alice.bytes("image") });
    await expect(verdict).rejects.toMatchObject({ code: "crypto.attestation", cause: reason });
  });

  it("is refused of a register that is there and another, or with nothing in it", async () => {
    for (const pcrs of [new Map([[0, rootHash]]), new Map([[0, new Uint8Array(0)]]), new Map([[1, pcr]]), new Map()])
      await expect(verify({ pcrs })).rejects.toThrow(code("crypto.attestation"));
  });
});

describe("a public key to sign by", () => {
  const of = (first: number, middle: number, last: number) =>
    new Uint8Array(32).fill(middle).with(0, first).with(31, last);
  const { secretKey } = makeSignKeys();
  const weak = [of(0, 0, 0), of(0, 0, 0x80), of(1, 0, 0), of(1, 0, 0x80), of(0xec, 0xff, 0x7f), of(0xec, 0xff, 0xff)];
  const beyond = [of(0xed, 0xff, 0x7f), of(0xee, 0xff, 0xff), of(0xff, 0xff, 0x7f)];
  const torsion = [
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ].flatMap((hex) => {
    const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
    return [bytes, bytes.with(31, (bytes[31] ?? 0) | 0x80)];
  });

  it.each([...weak, ...beyond, ...torsion].map((key) => [Buffer.from(key).toString("hex"), key] as const))(
    "is none of small order or beyond the field: %s",
    (_, key) => {
      expect(() => asSignPublicKey(key)).toThrow(code("crypto.key"));
      const signature = sign("bundle", alice.bytes("body"), secretKey);
      expect(isSigned("bundle", alice.bytes("body"), signature, key as SignPublicKey)).toBe(false);
    },
  );

  it("is one where a single byte is another", () => {
    const near = [
      ...[of(2, 0, 0), of(0xeb, 0xff, 0x7f), of(0xed, 0xff, 0x7e), of(0xed, 0xff, 0x7f).with(1, 0xfe)],
      ...[of(0xed, 0xff, 0x7f).with(30, 0xfe), of(0xff, 0, 0x7f), of(0, 0, 1), of(0, 1, 0), of(0xff, 0xff, 0)],
    ];
    for (const key of near) expect(asSignPublicKey(key)).toBe(key);
  });
});

describe("the front of a stream", () => {
  const bytes = alice.bytes("stream");
  const split = async (source: Iterable<Uint8Array>, size = 10) => {
    const seen: Uint8Array[] = [];
    const { head, rest } = await splitHead(source, size, (part) => void seen.push(part));
    return { head, rest: await collect(rest), seen: concat(...seen) };
  };

  it("is cut off wherever the pieces end, and every byte is heard of once", async () => {
    for (const step of [1, 3, 9, 10, 11, 32]) {
      const pieces = Array.from({ length: Math.ceil(32 / step) }, (_, i) => bytes.subarray(i * step, (i + 1) * step));
      expect(await split(pieces)).toEqual({ head: bytes.subarray(0, 10), rest: bytes.subarray(10), seen: bytes });
    }
    const whole = await split([bytes], 32);
    expect(whole).toEqual({ head: bytes, rest: new Uint8Array(0), seen: bytes });
    expect((await split([bytes], 0)).rest).toEqual(bytes);
  });

  it("is refused where the stream ends before it", async () => {
    for (const pieces of [[], [bytes], [bytes.subarray(0, 9), bytes.subarray(9)]])
      await expect(split(pieces, 33)).rejects.toThrow(code("crypto.format"));
  });
});

describe("what a person holds", () => {
  it("is looked at as it is typed: how much of a key it is, and what stands in none", () => {
    const text = hardwareKeyText(alice.bytes("key", 20));
    expect(lookAtHardwareKey(text)).toEqual({ count: 36, strange: [] });
    expect(lookAtHardwareKey("")).toEqual({ count: 0, strange: [] });
    expect(lookAtHardwareKey(" A-2 ")).toEqual({ count: 2, strange: [] });
    expect(lookAtHardwareKey("Aa01a8\u{1f600}")).toEqual({ count: 7, strange: ["a", "0", "1", "8", "\u{1f600}"] });
  });

  it("is a passphrase of seven to twenty-four words", () => {
    for (const words of [7, 8, 24]) expect(makePassphrase(words).split(" ")).toHaveLength(words);
    expect(makePassphrase().split(" ")).toHaveLength(7);
    for (const words of [0, 6, 25, 7.5, Number.NaN]) expect(() => makePassphrase(words)).toThrow(code("crypto.format"));
  });

  it("is a passkey whose name has 1 to 1023 bytes and whose answer has 32", () => {
    const passkey = { credentialId: alice.bytes("id"), prfOutput: alice.bytes("prf") };
    const wrap = (more: object) => wrapWithPasskey(alice.slotPlace, { ...passkey, ...more }, alice.urk);
    for (const size of [1, 1023]) {
      const slot = wrap({ credentialId: new Uint8Array(size).fill(3) });
      expect(readSlot(slot).params).toHaveLength(size);
      expect(unwrapWithPasskey(slot, alice.place, passkey).urk).toEqual(alice.urk);
    }
    for (const size of [0, 1024])
      expect(() => wrap({ credentialId: new Uint8Array(size) })).toThrow(code("crypto.format"));
    for (const size of [31, 33]) expect(() => wrap({ prfOutput: new Uint8Array(size) })).toThrow(code("crypto.key"));
    const wrong = code("crypto.commitment");
    expect(() => unwrapWithPasskey(wrap({}), alice.place, { ...passkey, prfOutput: bob.bytes("prf") })).toThrow(wrong);
    expect(() => unwrapWithPasskey(wrap({}), bob.place, passkey)).toThrow(wrong);
  });
});
