import { audited } from "#lambdas/audit/audit.ts";
import { checkSigner } from "#lambdas/keyring/keyring.repository.ts";
import { getIdentity, getKeyring } from "#lambdas/keyring/keyring.ts";
import { demandSigned } from "#lambdas/keyring/signed-write.ts";
import { checkMember, checkMemberAsRead, findMember } from "#lambdas/tenants/member.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Change } from "#platform/tables/change.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import type { vaultContract } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type ChainState, followChain, goOn, membersOf } from "#shared/crypto/vault/chain.ts";
import {
  checkChainStep,
  type Deed,
  type Holder,
  type Quorum,
  type ReadStep,
  readChainStep,
} from "#shared/crypto/vault/chain-step.ts";
import { readManifest } from "#shared/crypto/vault/manifest.ts";
import { ALL_RIGHTS, may } from "#shared/crypto/vault/rights.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { mayHold } from "#shared/permissions.ts";
import { signerOf } from "./statements.ts";
import {
  changeMembership,
  checkChainEnd,
  deleteMembership,
  demandNoMembership,
  insertMembership,
  insertStep,
  listKeyHolders,
  putKey,
  readChain,
  stepVault,
  type VaultRow,
} from "./vault.repository.ts";
import { endOf, enterVault } from "./vaults.ts";

type Routes = typeof vaultContract;

/**
 * Keys that nobody can use yet: they count once the chain names the commit that they lie under. Under the present commit they count at
 * once, and would take the place of those that a member has: that is for whoever looks after the members. One's own may be sealed anew by
 * whoever has them: that is what a new root key does with all of its vaults.
 */
export async function putKeys(ctx: Ctx, input: Input<Routes["putKeys"]>) {
  const { vaultId, keyCommit, keys } = input;
  const isOwn = keys.every(({ userId }) => userId === ctx.actor.userId);
  const { row, membership } = await enterVault(ctx, vaultId, isOwn ? "list" : "share");
  if (row.kind === "personal" && !isOwn) throw new AppError("vault.forbidden", { details: { right: "share" } });
  const keyring = await getKeyring(ctx);
  demandSigned(ctx, keyring, { what: "vault.keys", seq: row.chainSeq, otherwise: "vault.changed", input });
  const { hash } = signerOf(keyring);
  const grantedBy = { userId: ctx.actor.userId, bundleHash: encodeBase64url(hash) };
  const isPresent = keyCommit === row.keyCommit && !may(membership.rights, "admin");
  const others = keys.filter(({ userId }) => isPresent && userId !== ctx.actor.userId);
  await ctx.table.write(
    ...keys.map(({ userId, key }) =>
      putKey(vaultId, keyCommit, userId, { key, grantedBy: userId === ctx.actor.userId ? null : grantedBy }),
    ),
    ...others.map(({ userId }) => demandNoMembership(userId, vaultId)),
    checkChainEnd(row),
    checkSigner(ctx.actor.userId, keyring),
  );
  return { done: true as const };
}

/** One step, or two that only make sense together; who may make it follows from the steps before, as every client replays them. */
export async function addSteps(ctx: Ctx, { vaultId, steps }: Input<Routes["addSteps"]>) {
  const { row } = await enterVault(ctx, vaultId);
  let chain = await followAll(ctx, row);
  const writes: Change[] = [];
  for (const text of steps) {
    const read = await refused(() => readChainStep(decodeBase64url(text)));
    const before = membersOf(chain).map(({ person }) => person);
    chain = await accept(ctx, { row, chain }, read);
    const { does } = read.step;
    const effects = does.kind === "quorum" ? holdersOf(ctx, row, { does, before }) : effectsOf(ctx, row, does);
    writes.push(insertStep(vaultId, chain.seq, text), ...(await effects));
  }
  await demandKeys(ctx, row, chain);
  const next: VaultRow = { ...row, ...endOf(chain), updatedAt: ctx.now().toISOString() };
  const kinds = chain.steps.slice(-steps.length).map(({ step }) => step.does.kind);
  await ctx.table.write(
    stepVault(row, next),
    ...writes,
    audited(ctx, "vault.stepped", { vaultId, seq: chain.seq, does: kinds.join(" ") }),
  );
  return { seq: chain.seq };
}

/** What is kept was checked when it came; it is only replayed here. */
async function followAll(ctx: Ctx, { id: vaultId, chainSeq, chainHash }: VaultRow): Promise<ChainState> {
  const steps = (await readChain(ctx.table, vaultId)).map(decodeBase64url);
  if (steps.length !== chainSeq) throw new AppError("vault.changed"); // one came between the reads
  const pin = { seq: chainSeq, hash: decodeBase64url(chainHash) };
  return refused(() => followChain(steps, { tid: ctx.actor.tenantId, vaultId, keyOf: noKey, pin }));
}

const noKey = (): never => {
  throw new CryptoError("crypto.context");
};

/** What no client would accept, the platform does not keep. */
async function refused<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("vault.step_refused", { cause: error });
    throw error;
  }
}

/** @throws vault.changed for a step on top of an older vault; vault.step_refused for one that its author may not make */
async function accept(
  ctx: Ctx,
  { row, chain }: { readonly row: VaultRow; readonly chain: ChainState },
  read: ReadStep,
): Promise<ChainState> {
  const { step } = read;
  const head = readManifest(decodeBase64url(row.manifest));
  const isOnTop = step.manifest.seq === row.manifestSeq && equalConstantTime(step.manifest.hash, head.hash);
  if (step.seq !== chain.seq + 1 || !isOnTop) throw new AppError("vault.changed");
  return refused(async () => {
    const { signKey, hash } = await signerFor(ctx, step);
    checkChainStep(read, signKey);
    const isCaller = step.author === ctx.actor.userId && equalConstantTime(step.bundleHash, hash);
    const isHere = step.tid === ctx.actor.tenantId && step.vaultId === row.id;
    if (!isCaller || !isHere) throw new AppError("vault.step_refused");
    return goOn(chain, read);
  });
}

/** By the caller's present keys; only that these are the present ones is said by those before them. */
async function signerFor(ctx: Ctx, { does, bundleHash }: ReadStep["step"]) {
  const { bundle, earlierBundles } = await getKeyring(ctx);
  const present = signerOf({ bundle });
  if (does.kind !== "renew") return present;
  if (!equalConstantTime(does.bundleHash, present.hash)) throw new AppError("vault.step_refused");
  const before = earlierBundles.map((earlier) => signerOf({ bundle: earlier }));
  return before.find(({ hash }) => equalConstantTime(hash, bundleHash)) ?? present;
}

/** What a step means for the rows that the platform goes by. */
async function effectsOf(ctx: Ctx, { id: vaultId, kind, name }: VaultRow, does: Deed): Promise<Change[]> {
  if (does.kind === "remove") return [deleteMembership(does.person, vaultId)];
  if (does.kind === "set") return [changeMembership(does.person, vaultId, { rights: does.rights })];
  if (does.kind !== "add") return [];
  await demandPresent(ctx, does);
  const { person, rights } = does;
  return [
    checkMember(person, "vault.member_unknown"),
    insertMembership(person, { vaultId, kind, name, state: "offered", rights }),
  ];
}

/** Who holds a share is a member from here on, and who holds none is no more. Owners and admins alone make a set and hold its shares. */
async function holdersOf(
  ctx: Ctx,
  { id: vaultId, kind, name }: VaultRow,
  { does, before }: { readonly does: Quorum; readonly before: readonly Id<"user">[] },
): Promise<Change[]> {
  const members = [];
  for (const holder of does.holders) members.push(await demandPresent(ctx, holder));
  if (!mayHold(ctx.actor) || !members.every(mayHold)) throw new AppError("vault.holder_role");
  const people = does.holders.map(({ person }) => person);
  const gone = before.filter((person) => !people.includes(person));
  const come = people.filter((person) => !before.includes(person));
  const member = { vaultId, kind, name, state: "offered", rights: ALL_RIGHTS } as const;
  return [
    ...members.map((read) => checkMemberAsRead(read, "vault.changed")),
    ...gone.map((person) => deleteMembership(person, vaultId)),
    ...come.map((person) => insertMembership(person, member)),
  ];
}

/** A member of the organisation, by the keys that they have now. */
async function demandPresent(ctx: Ctx, { person, bundleHash }: Holder): Promise<Member> {
  const [member, identity] = await Promise.all([
    findMember(ctx.table, person),
    getIdentity(ctx, { userId: person }).catch(() => undefined),
  ]);
  const last = identity?.bundles.at(-1);
  if (!member || !last) throw new AppError("vault.member_unknown");
  const { hash } = signerOf({ bundle: last });
  if (!equalConstantTime(hash, bundleHash)) throw new AppError("vault.changed");
  return member;
}

/** Nobody who belongs to it is left without the key: the steps come after the keys. */
async function demandKeys(ctx: Ctx, row: VaultRow, chain: ChainState): Promise<void> {
  const holders = await listKeyHolders(ctx.table, row.id, endOf(chain).keyCommit);
  const missing = membersOf(chain).filter(({ person, rights }) => may(rights, "list") && !holders.has(person));
  if (missing.length > 0) throw new AppError("vault.key_missing", { details: { missing: missing.length } });
}
