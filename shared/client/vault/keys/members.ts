import { KEYS_MAX } from "#shared/contracts/vault.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type ChainState, currentKeyGen, goOn, membersOf } from "#shared/crypto/vault/chain.ts";
import { type Deed, type ReadStep, readChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import { may, type Rights } from "#shared/crypto/vault/rights.ts";
import type { HeldKey } from "#shared/crypto/vault/vault-key.ts";
import { commitsTo, makeVaultKey } from "#shared/crypto/vault/vault-key.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../../api-client.ts";
import type { Account } from "../../keyring.ts";
import type { People } from "../../people/people.ts";
import { signed } from "../../signed-write.ts";
import type { LockedHead, VaultHead } from "../head.ts";
import { refreshHead, type VaultMeans, type VaultState } from "../state.ts";
import { keyAgeOf } from "./key-age.ts";
import { checkRing, type OpenRing, sealRingFor, sealRingForSelf } from "./vault-key.ts";

const TRIES = 5; // each is a turn in which somebody else was faster

/** Hands the vault's keys to somebody, and says so in its chain. @throws ApiError("vault.step_refused") for who may not */
export const addMember = (
  means: VaultMeans,
  state: VaultState,
  { person, rights }: { readonly person: Id<"user">; readonly rights: Rights },
): Promise<VaultState> =>
  step(means, state, async ({ head }) => {
    await means.people.learn([person]);
    const keys = means.people.get(person);
    await putKeys(means, head, { ring: head.ring, to: [{ person, rights }] });
    return [{ kind: "add", person, bundleHash: keys.bundleHash, rights }];
  });

/**
 * Another set of rights. Whoever may read more than before is handed the keys for it; whoever may read less has seen what they have seen,
 * and gets none of the keys that come after.
 */
export const setRights = (
  means: VaultMeans,
  state: VaultState,
  { person, rights }: { readonly person: Id<"user">; readonly rights: Rights },
): Promise<VaultState> =>
  step(means, state, async ({ head }) => {
    const before = membersOf(head.chain).find((member) => member.person === person)?.rights ?? 0;
    const does = { kind: "set", person, rights } as const;
    if (may(before, "read") && !may(rights, "read")) return [does, await rotate(means, head, does)];
    if (!may(before, "read") && may(rights, "read"))
      await putKeys(means, head, { ring: head.ring, to: [{ person, rights }] });
    return [does];
  });

/** Somebody belongs no more, and the key changes: what is written from now on is not for them. */
export const removeMember = (means: VaultMeans, state: VaultState, person: Id<"user">): Promise<VaultState> =>
  step(means, state, async ({ head }) => {
    const does = { kind: "remove", person } as const;
    return [does, await rotate(means, head, does)];
  });

/** Another key, if it is time for one: of two who see that it is, one draws it. */
export const rotateKey = (means: VaultMeans, state: VaultState): Promise<VaultState> =>
  step(means, state, async ({ head }) =>
    keyAgeOf(head.chain, means.now()).due ? [await rotate(means, head, undefined)] : [],
  );

/** Signs what is to be done on top of the vault as it is, and again if somebody was faster. */
async function step(
  means: VaultMeans,
  before: VaultState,
  plan: (state: VaultState) => Promise<readonly Deed[]>,
): Promise<VaultState> {
  let state = before;
  for (let attempt = 1; ; attempt++) {
    try {
      const steps = signSteps(means, state.head, await plan(state));
      if (steps.length === 0) return state;
      await means.api.addSteps({
        vaultId: state.head.vaultId,
        steps: steps.map(({ bytes }) => encodeBase64url(bytes)),
      });
      return await refreshHead(means, state);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "vault.changed") || attempt === TRIES) throw error;
      state = await refreshHead(means, state);
    }
  }
}

export function signSteps({ account, now }: VaultMeans, head: LockedHead, deeds: readonly Deed[]): ReadStep[] {
  const { tid, uid: author, bundleHash, identity } = account;
  const { manifest, hash } = head.manifest;
  let { chain } = head;
  return deeds.map((does) => {
    const place = { tid, vaultId: head.vaultId, seq: chain.seq + 1, prevHash: chain.hash };
    const on = { manifest: { seq: manifest.seq, hash }, author, bundleHash, atMs: now().getTime(), does };
    const read = readChainStep(signChainStep({ ...place, ...on }, identity.sign.secretKey));
    chain = goOn(chain, read); // what no client would accept is not sent
    return read;
  });
}

interface Handing {
  readonly ring: OpenRing;
  readonly to: readonly { readonly person: Id<"user">; readonly rights: Rights }[];
}

/** Puts the keys of a generation for some members, sealed to each; one's own are sealed by one's root. */
async function putKeys(
  { api, account, people }: VaultMeans,
  { vaultId, chain }: VaultHead,
  { ring, to }: Handing,
): Promise<void> {
  const place = { tid: account.tid, vaultId, keyGen: ring.current.keyGen };
  const newest = ring.held.get(place.keyGen);
  if (!newest || !("vaultKey" in newest)) throw new ApiError("vault.forbidden", "You may not hand this vault on.");
  const keyCommit = encodeBase64url(commitsTo(newest.vaultKey, place).keyCommit);
  const others = to.map(({ person }) => person).filter((person) => person !== account.uid);
  for (const person of others) await people.learnAgain(person); // sealed to the keys they have now
  demandTheirs(people, chain, others);
  const keys = to.map(({ person, rights }) => ({
    userId: person,
    key:
      person === account.uid
        ? sealRingForSelf(account, vaultId, ring.held)
        : sealRingFor(account, people.get(person), { vaultId, ring, rights }),
  }));
  for (let i = 0; i < keys.length; i += KEYS_MAX) {
    const handed = { vaultId, keyCommit, keys: keys.slice(i, i + KEYS_MAX) };
    await api.putKeys(signed(account, { what: "vault.keys", seq: chain.seq }, handed));
  }
}

/**
 * Who added a member has signed which keys are theirs. On a device that sees the member for the first time this is all that keeps the
 * platform from putting its own in their place. @throws crypto.context
 */
function demandTheirs(people: People, chain: ChainState, others: readonly Id<"user">[]): void {
  for (const { person, bundleHash } of membersOf(chain)) if (others.includes(person)) people.keyOf(person, bundleHash);
}

/** Draws the next key and hands it to everybody who will belong to the vault. The older ones go with it while items lie under them. */
async function rotate(
  means: VaultMeans,
  head: VaultHead,
  after: Extract<Deed, { kind: "remove" | "set" }> | undefined,
): Promise<Deed> {
  const { ring, deed } = drawNextKey(means.account, head);
  const to = membersOf(head.chain).flatMap(({ person, rights }) => {
    if (person !== after?.person) return [{ person, rights }];
    return after.kind === "set" ? [{ person, rights: after.rights }] : [];
  });
  await putKeys(means, head, { ring, to });
  return deed;
}

/** A vault key of the next generation beside the ones before it, and the step that begins it. */
export function drawNextKey(
  account: Account,
  { vaultId, chain, ring }: VaultHead,
): { readonly ring: OpenRing; readonly deed: Extract<Deed, { kind: "rotate" }> } {
  const keyGen = currentKeyGen(chain) + 1;
  const vaultKey = makeVaultKey();
  const commits = commitsTo(vaultKey, { tid: account.tid, vaultId, keyGen });
  const held = new Map<number, HeldKey>([...ring.held, [keyGen, { vaultKey }]]);
  const generations = [...chain.generations, { keyGen, seq: chain.seq + 1, ...commits }];
  const next = checkRing(held, account, { vaultId, chain: { ...chain, generations } });
  return { ring: next, deed: { kind: "rotate", keyGen, ...commits } };
}
