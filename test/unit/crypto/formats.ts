import { p256 } from "@noble/curves/nist.js";
import { FIRST_PREV_HASH, signBundle } from "#shared/crypto/account/bundle.ts";
import { followBundles } from "#shared/crypto/account/bundle-chain.ts";
import { openCarry, sealCarry } from "#shared/crypto/account/carry.ts";
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
import { unwrapWithPasskey, wrapWithPasskey } from "#shared/crypto/slots/passkey-slot.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { unwrapRootKey, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { checkSlotSet, makeSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { followChain } from "#shared/crypto/vault/chain.ts";
import { BEFORE_FIRST, type ChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import { openFile, sealFile } from "#shared/crypto/vault/file.ts";
import { openPart, sealPart, unwrapPartKey, wrapPartKey } from "#shared/crypto/vault/item.ts";
import { openItemShare, type SharePlace, sealItemShare } from "#shared/crypto/vault/item-share.ts";
import { checkManifest, type Manifest, readManifest, signManifest } from "#shared/crypto/vault/manifest.ts";
import { ENROLMENT_FORMATS } from "./enrolment-formats.ts";
import { GRANT_FORMATS } from "./grant-formats.ts";
import { OPENING_FORMATS } from "./opening-formats.ts";
import { OWNER_FORMATS } from "./owner-formats.ts";
import { RECOVERY_FORMATS } from "./recovery-formats.ts";
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
  "slot passkey": {
    make: (w) => wrapWithPasskey(w.slotPlace, passkeyOf(w), w.urk),
    open: (bytes, w) => unwrapWithPasskey(bytes, w.place, passkeyOf(w)).urk,
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
  carry: {
    make: (w) => sealCarry(w.nextRoot, [{ ...w.root, identity: w.user, bundleHash: w.bytes("bundle") }]),
    open: (bytes, w) => concat(...openCarry(w.nextRoot, bytes).map(({ selfWrap }) => selfWrap)),
  },
  ...OWNER_FORMATS,
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
  "item part": {
    make: (w) => sealPart(asKey(w.bytes("part")), itemPlaceOf(w), w.bytes("text")),
    open: (bytes, w) => openPart(asKey(w.bytes("part")), itemPlaceOf(w), bytes),
  },
  "item key": {
    make: (w) => wrapPartKey(asKey(w.bytes("kek")), itemPlaceOf(w), asKey(w.bytes("part"))),
    open: (bytes, w) => unwrapPartKey(asKey(w.bytes("kek")), itemPlaceOf(w), bytes),
  },
  "vault file": {
    make: (w) => collect(sealFile(asKey(w.bytes("file")), filePlaceOf(w), 32, [w.bytes("text")]).bytes),
    open: (bytes, w) =>
      collect(openFile(asKey(w.bytes("file")), { ...filePlaceOf(w), fileBytes: 32, hash: sha256(bytes) }, [bytes])),
  },
  "item share": {
    make: (w) => {
      const keys = { entry: asKey(w.bytes("entry")), content: asKey(w.bytes("part")) };
      return sealItemShare(keys, sharePlaceOf(w), { sender: w.user.sign, recipient: w.device.kem.publicKey });
    },
    open: (bytes, w) => {
      const parties = { sender: w.user.sign.publicKey, recipient: w.device.kem };
      const { entry, content } = openItemShare(bytes, sharePlaceOf(w), parties);
      return concat(entry, content ?? new Uint8Array(0));
    },
  },
  ...OPENING_FORMATS,
  manifest: {
    make: (w) => signManifest(manifestOf(w), w.user.sign.secretKey),
    open: (bytes, w) => {
      const read = readManifest(bytes);
      checkManifest(read, w.user.sign.publicKey);
      return read.manifest.root;
    },
  },
  "vault chain": {
    make: (w) => signChainStep(firstStepOf(w), w.user.sign.secretKey),
    open: (bytes, w) =>
      followChain([bytes], { tid: w.place.tid, vaultId: w.vaultId, keyOf: () => w.user.sign.publicKey }).hash,
  },
  ...GRANT_FORMATS,
  ...RECOVERY_FORMATS,
  ...ENROLMENT_FORMATS,
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[]; // the keys of the table above

const passkeyOf = (w: World) => ({ credentialId: w.bytes("credential", 20), prfOutput: w.bytes("prf") });

const itemPlaceOf = (w: World) =>
  ({ tid: w.place.tid, vaultId: w.vaultId, itemId: w.itemId, keyGen: 2, version: 3, part: "content" }) as const;

const filePlaceOf = (w: World) => ({ tid: w.place.tid, vaultId: w.vaultId, itemId: w.itemId, version: 3 });

const sharePlaceOf = (w: World): SharePlace => ({
  ...{ tid: w.place.tid, vaultId: w.vaultId, itemId: w.itemId, keyGen: 2, version: 3, shareId: w.shareId },
  ...{ granter: w.place.uid, recipient: w.colleagueId, level: "read", untilMs: w.nowMs, opensMax: 5 },
  ...{ chain: { seq: 4, hash: w.bytes("chain") }, entryHash: w.bytes("e"), contentHash: w.bytes("c") },
});

const manifestOf = (w: World): Manifest => ({
  ...{ tid: w.place.tid, vaultId: w.vaultId, seq: 5, prevHash: w.bytes("prev"), keyGen: 2 },
  ...{ chainSeq: 1, chainHash: w.bytes("chain"), items: 9, removed: 4, root: w.bytes("root") },
  ...{ writer: w.place.uid, bundleHash: w.bytes("bundle"), atMs: w.nowMs },
});

const firstStepOf = (w: World): ChainStep => ({
  ...{ tid: w.place.tid, vaultId: w.vaultId, seq: 1, prevHash: BEFORE_FIRST.hash, manifest: BEFORE_FIRST },
  ...{ author: w.place.uid, bundleHash: w.bytes("bundle"), atMs: w.nowMs },
  does: { kind: "create", vaultKind: "personal", keyCommit: w.bytes("commit"), entryCommit: w.bytes("entries") },
});

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
