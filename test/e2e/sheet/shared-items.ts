import { insertMember } from "#lambdas/tenants/member.repository.ts";
import { openShares, type Shares } from "#shared/client/shares/shares.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { VaultWorld } from "#test/support/vault-world.ts";
import { type Answers, ok } from "./answers.ts";
import { made } from "./keyring-world.ts";
import { ada } from "./people-world.ts";
import { SOME } from "./vault-items.ts";

const DAY_MS = 86_400_000;
const LIMITLESS = { expiresAt: null, opensMax: null } as const;

/** People who share single items, kept by the product's own code in this process. */
export interface SheetShares {
  readonly answers: Answers;
  readonly first: string;
  readonly mine: Shares;
  readonly book: VaultBook;
}

interface Side {
  readonly uid: Id<"user">;
  readonly book: VaultBook;
  readonly shares: Shares;
  readonly items: readonly Id<"item">[];
}

/** What answers for a vault that is older than its key may be, as its chain says. */
export async function fillAged(): Promise<Answers> {
  const world = new VaultWorld();
  world.clock = new Date(Date.now() - 120 * DAY_MS);
  const me = await world.settle(made);
  const book = await world.vaultsOf(me).open("own");
  for (const secret of SOME) await book.save(world.newItem(), secret);
  world.clock = new Date();
  return { "ANY /v1/vaults*": me.serve };
}

export async function fillShares(): Promise<SheetShares> {
  const world = new VaultWorld();
  world.clock = new Date();
  const me = await world.settle(made);
  const side = async ({ account, api }: Pick<typeof me, "account" | "api">): Promise<Side> => {
    const vaults = world.vaultsOf({ account, api });
    const book = await vaults.open("own");
    const items: Id<"item">[] = [];
    for (const secret of SOME) items.push((await book.save(world.newItem(), secret)).id);
    const { uid } = account;
    const shares = openShares({ api: world.sharesApiOf(uid), account, people: vaults.people, now: world.now });
    return { uid, book, shares, items };
  };
  const join = async (email: string): Promise<Side & { readonly member: Member }> => {
    const ctx = world.ctx(world.person("member", made.account.tid));
    const { userId } = ctx.actor;
    const member: Member = { userId, email, role: "member", joinedAt: world.clock.toISOString(), version: 1 };
    await ctx.table.write(insertMember(member));
    return { ...(await side(await world.giveKeys(ctx))), member };
  };
  const grace = await join("grace.hopper.of.the.compilers.department@example.org");
  const linus = await join("linus@example.org");
  const mine = await side(me);
  await give(mine, grace, linus);
  await receive(mine, grace, linus);
  const answers = {
    "ANY /v1/vaults*": me.serve,
    "GET /v1/shares": me.serve,
    "ANY /v1/shares/*": me.serve,
    "ANY /v1/members/*": me.serveKeyring,
    "GET /v1/members": ok({ items: [ada, grace.member, linus.member], cursor: null }),
  };
  return { answers, first: mine.items[0] ?? "", mine: mine.shares, book: mine.book };
}

const itemOf = ({ items }: Side, at: number): Id<"item"> => items[at] ?? "itm_";

/** The first item is with one colleague, offered to another, and was taken back once; the second was opened before that. */
async function give(mine: Side, grace: Side, linus: Side): Promise<void> {
  const offer = (to: Side, at: number, more: object = {}) =>
    mine.shares.give(mine.book, itemOf(mine, at), { to: to.uid, level: "read", ...LIMITLESS, ...more });
  const ended = await offer(linus, 0);
  await mine.shares.revoke(mine.book, ended);
  const used = await offer(grace, 0, { opensMax: 5 });
  await grace.shares.answer(used.id, "accept");
  await grace.shares.open(used.id);
  await offer(linus, 0, { level: "list", expiresAt: new Date(Date.now() + 14 * DAY_MS) });
  const opened = await offer(grace, 1);
  await grace.shares.answer(opened.id, "accept");
  await grace.shares.open(opened.id);
  await mine.shares.revoke(mine.book, opened);
}

/** One waits, one is in use, one gives its name alone. */
async function receive(mine: Side, grace: Side, linus: Side): Promise<void> {
  const offer = (from: Side, at: number, more: object = {}) =>
    from.shares.give(from.book, itemOf(from, at), { to: mine.uid, level: "read", ...LIMITLESS, ...more });
  await offer(linus, 3, { expiresAt: new Date(Date.now() + 7 * DAY_MS), opensMax: 3 });
  const inUse = [await offer(grace, 2), await offer(grace, 0, { level: "list" })];
  for (const { id } of inUse) await mine.shares.answer(id, "accept");
}
