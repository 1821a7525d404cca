import { p256 } from "@noble/curves/nist.js";
import { FIRST_PREV_HASH, signBundle } from "#shared/crypto/account/bundle.ts";
import { followBundles } from "#shared/crypto/account/bundle-chain.ts";
import { openDeviceCert, signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { openIdentity, sealIdentity } from "#shared/crypto/account/identity.ts";
import { openAgentCert, signAgentCert } from "#shared/crypto/agents/agent-cert.ts";
import { launchAttestor } from "#shared/crypto/agents/attestor.ts";
import { launchMessage, writeLaunch } from "#shared/crypto/agents/launch.ts";
import { openState, sealState } from "#shared/crypto/agents/state.ts";
import { openStateKey, sealStateKey } from "#shared/crypto/agents/state-key.ts";
import { openUnlock, sealUnlock } from "#shared/crypto/agents/unlock.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { openChunked, sealChunked } from "#shared/crypto/sealing/chunked.ts";
import { openSealedTo, sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { openForSelf, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";
import { unwrapOnDevice, wrapForDevice } from "#shared/crypto/slots/device-slot.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { unwrapRootKey, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { checkSlotSet, makeSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { quickArgon, type World } from "./world.ts";

/** One way to make and one to open each format, for the tests that treat all formats alike. `open` answers what was inside. */
export interface Format {
  make(world: World): Promise<Uint8Array> | Uint8Array;
  open(bytes: Uint8Array, world: World): Promise<Uint8Array> | Uint8Array;
}

const secrets = { passphrase: "correct horse battery staple" };
const context = new TextEncoder().encode("where it belongs");

const slotOf = (type: "bip39" | "hardware_key"): Format => ({
  make: (w) => wrapRootKey({ ...w.slotPlace, type, params: new Uint8Array(0) }, w.bytes(type), w.urk),
  open: (bytes, w) => unwrapRootKey(bytes, { ...w.place, type }, w.bytes(type)).urk,
});

const chunkedOf = (kind: "aes-256-gcm" | "xchacha20-poly1305"): Format => ({
  make: (w) => collect(sealChunked({ kind, key: asKey(w.bytes("chunked")), context }, [w.bytes("text")])),
  open: (bytes, w) => collect(openChunked({ kind, key: asKey(w.bytes("chunked")), context }, [bytes])),
});

/** The hash is left to chance: a state is checked against it only in state.test.ts, so that here the cipher must refuse. */
const expectedState = (w: World, bytes: Uint8Array) => ({
  ...w.agentPlace,
  stateSeq: 7,
  stateHash: sha256(bytes),
});

export const FORMATS = {
  "slot passphrase": {
    make: (w) => wrapWithPassphrase(w.slotPlace, { ...secrets, deviceSecret: w.bytes("ds") }, w.urk, quickArgon),
    open: async (bytes, w) => {
      const unlock = { expected: w.place, secrets: { ...secrets, deviceSecret: w.bytes("ds") } };
      return (await unwrapWithPassphrase(bytes, { ...unlock, deriveArgon2id: quickArgon })).urk;
    },
  },
  "slot bip39": slotOf("bip39"),
  "slot hardware key": slotOf("hardware_key"),
  "slot device": {
    make: (w) => wrapForDevice(w.slotPlace, { deviceId: w.deviceId, deviceKey: w.bytes("dk") }, w.urk),
    open: (bytes, w) => unwrapOnDevice(bytes, w.place, { deviceId: w.deviceId, deviceKey: w.bytes("dk") }).urk,
  },
  "slot set": {
    make: (w) => makeSlotSet(w.place, 3, [w.bytes("one"), w.bytes("two")], w.root.slotMac),
    open: (bytes, w) =>
      checkSlotSet(bytes, [w.bytes("two"), w.bytes("one")], { place: w.place, slotMac: w.root.slotMac }).hash,
  },
  "self sealed": {
    make: (w) => sealForSelf(w.root, { name: "settings", version: 9 }, w.bytes("text")),
    open: (bytes, w) => openForSelf(w.root, { name: "settings", version: 9 }, bytes),
  },
  identity: {
    make: (w) => sealIdentity(w.root, 1, w.user),
    open: (bytes, w) => openIdentity(w.root, 1, bytes).sign.publicKey,
  },
  bundle: {
    make: (w) =>
      signBundle(
        {
          ...w.place,
          bundleSeq: 1,
          prevHash: FIRST_PREV_HASH,
          signKey: w.user.sign.publicKey,
          kemKey: w.user.kem.publicKey,
          deviceListHash: w.bytes("devices"),
          minSuite: 1,
          notBeforeMs: w.nowMs,
        },
        w.root.rootSign,
      ),
    open: (bytes, w) => followBundles([bytes], { ...w.place, nowMs: w.nowMs }).last.kemKey,
  },
  "device certificate": {
    make: (w) =>
      signDeviceCert(
        {
          ...w.place,
          deviceId: w.deviceId,
          signKey: w.device.sign.publicKey,
          kemKey: w.device.kem.publicKey,
          createdAtMs: w.nowMs,
          seq: 2,
          notAfterMs: w.nowMs + 1000,
        },
        w.root.rootSign.secretKey,
      ),
    open: (bytes, w) =>
      openDeviceCert(bytes, { ...w.place, rootKey: w.root.rootSign.publicKey, nowMs: w.nowMs }).kemKey,
  },
  "agent certificate": {
    make: (w) =>
      signAgentCert(
        {
          ...w.agentPlace,
          signKey: w.agent.sign.publicKey,
          kemKey: w.agent.kem.publicKey,
          imageDigest: w.bytes("image"),
          policyHash: w.bytes("policy"),
          seq: 4,
          notAfterMs: w.nowMs + 1000,
        },
        w.root.rootSign.secretKey,
      ),
    open: (bytes, w) =>
      openAgentCert(bytes, { ...w.agentPlace, rootKey: w.root.rootSign.publicKey, nowMs: w.nowMs }).kemKey,
  },
  "chunked aes": chunkedOf("aes-256-gcm"),
  "chunked xchacha": chunkedOf("xchacha20-poly1305"),
  state: {
    make: (w) => {
      const header = { ...w.agentPlace, stateSeq: 7, prevHash: w.bytes("prev"), imageDigest: w.bytes("image") };
      return collect(sealState(asKey(w.bytes("sk")), header, [w.bytes("text")]).bytes);
    },
    open: (bytes, w) => collect(openState(asKey(w.bytes("sk")), expectedState(w, bytes), [bytes])),
  },
  "sealed to": {
    make: (w) =>
      sealTo(
        { purpose: "queued-message", context, recipient: w.agent.kem.publicKey, sender: w.device.sign },
        w.bytes("text"),
      ),
    open: (bytes, w) =>
      openSealedTo(
        { purpose: "queued-message", context, recipient: w.agent.kem, sender: w.device.sign.publicKey },
        bytes,
      ),
  },
  "state key": {
    make: (w) => {
      const parties = { user: w.user.kem.publicKey, agent: w.agent.sign };
      return sealStateKey(asKey(w.bytes("sk")), expectedState(w, context), parties);
    },
    open: (bytes, w) =>
      openStateKey(bytes, expectedState(w, context), { user: w.user.kem, agent: w.agent.sign.publicKey }),
  },
  unlock: {
    make: (w) => {
      const state = { stateKey: asKey(w.bytes("sk")), stateSeq: 7, stateHash: w.bytes("hash") };
      const boot = { ...bootClaimOf(w), tier: "launch", proofHash: w.bytes("proof") } as const;
      return sealUnlock({ ais: w.ais, ...state, config: w.bytes("config") }, w.agentPlace, boot, w.device.sign);
    },
    open: (bytes, w) => {
      const boot = { proofHash: w.bytes("proof"), signKey: w.boot.sign.publicKey };
      return openUnlock(bytes, w.agentPlace, { boot, bootKem: w.boot.kem, device: w.device.sign.publicKey }).ais;
    },
  },
  launch: {
    make: (w) => signLaunch(w, launchOf(w)),
    open: async (bytes, w) => {
      const expected = { ...w.agentPlace, nonce: w.bytes("nonce"), imageDigest: w.bytes("image"), nowMs: w.nowMs };
      return (await launchAttestor(w.launchKey).verify(bytes, bootClaimOf(w), expected)).signKey;
    },
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[]; // the keys of the table above

export const bootClaimOf = (w: World) => ({ signKey: w.boot.sign.publicKey, kemKey: w.boot.kem.publicKey });

export const launchOf = (w: World) => ({
  taskId: w.taskId,
  agentId: w.agentPlace.agentId,
  generation: 5,
  imageDigest: w.bytes("image"),
  taskDefinitionHash: w.bytes("definition"),
  bootSignKey: w.boot.sign.publicKey,
  bootKemKeyHash: sha256(w.boot.kem.publicKey),
  nonce: w.bytes("nonce"),
});

export function signLaunch(w: World, launch: Parameters<typeof writeLaunch>[0]): Uint8Array {
  const body = writeLaunch(launch);
  return concat(body, p256.sign(launchMessage(body), w.launchSecret));
}

export async function collect(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return concat(...all);
}
