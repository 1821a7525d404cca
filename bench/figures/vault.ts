import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import { argon2id } from "hash-wasm";
import sodium from "libsodium-wrappers-sumo";
import { makeKeyring, unlockByPassphrase } from "#shared/client/keyring.ts";
import { openVaultBook } from "#shared/client/vault/vault-book.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { newId } from "#shared/ids.ts";
import { loginOf } from "#test/support/vault-world.ts";
import { type Bench, type Figure, wallMillis } from "../figure.ts";
import { countUnits } from "../places/counted-tables.ts";
import { clientMillis, type FilledVault, fillGroup, fillVault, quietly, timeCalls } from "../places/vaults.ts";

/** P12 in vaults: what one item costs in a large vault and in a small one, and lists and rotations against tools that do like work. */
const FEW = 10;
const MANY = 10_000;
const filled = new Map<number, Promise<FilledVault>>();

function vaultOf(count: number): Promise<FilledVault> {
  const known = filled.get(count) ?? quietly(() => fillVault(count));
  filled.set(count, known);
  return known;
}

/** Opens the vault as after a reload, reads one item and saves it again. */
async function readAndSave({ items, enter }: FilledVault): Promise<number> {
  const { means, awaitedMs } = enter();
  const [id] = items;
  return quietly(() =>
    clientMillis(awaitedMs, async () => {
      const book = await openVaultBook(means);
      if (!id) throw new Error("the vault has no item");
      const { version } = await book.read(id);
      await book.save({ id, version }, loginOf("Changed"));
    }),
  );
}

async function prepareOne(many: number): Promise<Bench> {
  const [large, small] = [await vaultOf(many), await vaultOf(FEW)];
  await readAndSave(large);
  await readAndSave(small);
  return { measureOurs: () => readAndSave(large), measurePeer: () => readAndSave(small) };
}

async function prepareUnits(): Promise<Bench> {
  const unitsOf = (vault: FilledVault) => {
    const units = countUnits(vault.world.store);
    return async () => {
      Object.assign(units, { read: 0, write: 0 });
      await readAndSave(vault);
      return units.read + units.write;
    };
  };
  return { measureOurs: unitsOf(await fillApart(MANY)), measurePeer: unitsOf(await fillApart(FEW)) };
}

/** Its tables are counted from now on, which would cost the other figures time. */
const fillApart = (count: number) => quietly(() => fillVault(count));

/** The whole list, opened and checked; the peer opens as many boxes of the same size twice over, since an entry has a key of its own. */
async function prepareList(): Promise<Bench> {
  await sodium.ready;
  const vault = await vaultOf(MANY);
  const ours = () => {
    const { means, awaitedMs } = vault.enter();
    return quietly(() => clientMillis(awaitedMs, async () => (await openVaultBook(means)).list()));
  };
  const key = sodium.crypto_secretbox_keygen();
  const nonce = sodium.randombytes_buf(sodium.crypto_secretbox_NONCEBYTES);
  const box = sodium.crypto_secretbox_easy(new Uint8Array(ENTRY_BYTES), nonce, key);
  const boxes = Array.from({ length: MANY * 2 }, () => box);
  const peer = () => wallMillis(() => boxes.map((one) => sodium.crypto_secretbox_open_easy(one, nonce, key)));
  await peer();
  return { measureOurs: ours, measurePeer: peer };
}

/** When the client hands out the first names, among many and among two pages. */
async function prepareFirstPage(): Promise<Bench> {
  const firstOf = (vault: FilledVault) => () => {
    const { means, awaitedMs } = vault.enter();
    const untilShown = () =>
      new Promise<void>((resolve, reject) => {
        const list = async () => (await openVaultBook(means)).list(() => resolve());
        list().catch(reject);
      });
    return quietly(() => clientMillis(awaitedMs, untilShown));
  };
  return { measureOurs: firstOf(await vaultOf(MANY)), measurePeer: firstOf(await vaultOf(1_000)) };
}

const ENTRY_BYTES = 128;
const RESEALED = 200;

/** A vault sealed anew after somebody was removed; the peer opens as many files and encrypts them to a recipient of the same kind. */
async function prepareReseal(): Promise<Bench> {
  const ours = async () => {
    const { api, vaultId, device } = await quietly(() => fillGroup({ members: 2, items: RESEALED }));
    const { timed, awaitedMs } = timeCalls(api);
    const book = await quietly(() => openVaultBook(device(timed), vaultId));
    const ms = await quietly(() => clientMillis(awaitedMs, () => book.reseal()));
    if (book.progress().done !== RESEALED) throw new Error("not everything was sealed anew");
    return RESEALED / (ms / 1000);
  };
  const identity = await generateHybridIdentity();
  const recipient = await identityToRecipient(identity);
  const files = await Promise.all(Array.from({ length: RESEALED }, () => encryptTo([recipient])));
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const peer = async () => {
    const ms = await wallMillis(async () => {
      for (const file of files) await encryptTo([recipient], Uint8Array.from(await decrypter.decrypt(file)));
    });
    return RESEALED / (ms / 1000);
  };
  return { measureOurs: ours, measurePeer: peer };
}

const MEMBERS = 1_000;

/** One of a thousand is removed, and the next key is sealed and signed to everybody else; the peer encrypts one file to as many. */
async function prepareRemoval(): Promise<Bench> {
  const { api, vaultId, device, others } = await quietly(() => fillGroup({ members: MEMBERS, items: 0 }));
  const { timed, awaitedMs } = timeCalls(api);
  const book = await quietly(() => openVaultBook(device(timed), vaultId));
  const ours = () => {
    const [person] = others.splice(0, 1);
    if (!person) throw new Error("nobody is left to remove");
    return quietly(() => clientMillis(awaitedMs, () => book.removeMember(person)));
  };
  const identities = await Promise.all(Array.from({ length: MEMBERS - 1 }, generateHybridIdentity));
  const recipients = await Promise.all(identities.map(identityToRecipient));
  return { measureOurs: ours, measurePeer: () => wallMillis(() => encryptTo(recipients)) };
}

function encryptTo(recipients: readonly string[], plaintext = new Uint8Array(ENTRY_BYTES * 2)): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(plaintext);
}

/** A vault opened by its passphrase, and an age file by one at age's own cost of derivation. */
async function prepareUnlock(): Promise<Bench> {
  const place = { tid: newId("tenant", AT), uid: newId("user", AT) };
  const deriveArgon2id = browserArgon2id;
  const { request } = await makeKeyring(place, PASSPHRASE, { deriveArgon2id, now: AT });
  const kept = { ...request, recoveryCheckedAt: null, createdAt: AT.toISOString(), updatedAt: AT.toISOString() };
  const encrypter = new Encrypter();
  encrypter.setPassphrase(PASSPHRASE);
  const file = await encrypter.encrypt(new Uint8Array(ENTRY_BYTES));
  const peer = () => {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(PASSPHRASE);
    return decrypter.decrypt(file);
  };
  return {
    measureOurs: () => wallMillis(() => unlockByPassphrase(kept, place, PASSPHRASE, { deriveArgon2id })),
    measurePeer: () => wallMillis(peer),
  };
}

const AT = new Date(1_800_000_000_000);
const PASSPHRASE = "otter lamp gravel sonnet vault ten";

/** As in the browser, where neither has native code. */
const browserArgon2id: DeriveArgon2id = ({ memoryKib, passes, lanes }, password, salt) =>
  argon2id({
    ...{ password, salt, memorySize: memoryKib, iterations: passes, parallelism: lanes },
    ...{ hashLength: 32, outputType: "binary" },
  });

export const vault: readonly Figure[] = [
  {
    id: "P12.units",
    what: `a vault of ${MANY} items opened, one item read and saved: units of the tables`,
    peer: `the same in a vault of ${FEW}`,
    unit: "units",
    target: { atMost: 1.2 },
    pairs: 1,
    prepare: prepareUnits,
  },
  ...[1_000, MANY].map(
    (many): Figure => ({
      id: `P12.item_${many}`,
      what: `a vault of ${many} items opened, one item read and saved: time on the device`,
      peer: `the same in a vault of ${FEW}`,
      unit: "ms",
      target: { atMost: 1.2 },
      pairs: 11,
      note: "the answers of the API are not counted; the whole vault is never read for one item.",
      prepare: () => prepareOne(many),
    }),
  ),
  {
    id: "P12.first_names",
    what: `a vault of ${MANY} items opened until its client hands out the first names, in Node; nothing is drawn`,
    peer: "the same of 1,000",
    unit: "ms",
    target: { atMost: 1.2 },
    pairs: 11,
    note: "until the callback from which a page draws, less what was waited for answers; no browser is in it, and so neither layout nor paint.",
    prepare: prepareFirstPage,
  },
  {
    id: "V.list",
    what: `all ${MANY} entries opened and checked against the signed root`,
    peer: "libsodium opening two boxes of their size for each",
    unit: "ms",
    target: { atMost: 30 },
    pairs: 5,
    note: "two HKDF derivations with a commitment, two AES-256-GCM and a hash an entry, in JavaScript, beside two XSalsa20-Poly1305 in WebAssembly with neither derivation nor commitment.",
    prepare: prepareList,
  },
  {
    id: "V.unlock",
    what: "a vault unlocked by passphrase (Argon2id, 64 MiB)",
    peer: "an age file decrypted by passphrase (scrypt, 256 MiB)",
    unit: "ms",
    target: { atMost: 1 },
    pairs: 5,
    note: "both as in a browser: hash-wasm, and age's own JavaScript.",
    prepare: prepareUnlock,
  },
  {
    id: "V.reseal",
    what: `${RESEALED} items sealed anew after a removal`,
    peer: "age decrypting and encrypting as many files, hybrid recipient",
    unit: "items/s",
    target: { atLeast: 1 },
    pairs: 3,
    prepare: prepareReseal,
  },
  {
    id: "V.removal",
    what: `one of ${MEMBERS} members removed: the next key sealed and signed to the others`,
    peer: "age encrypting one file to as many hybrid recipients",
    unit: "ms",
    target: { atMost: 1.5 },
    pairs: 3,
    prepare: prepareRemoval,
  },
];
