import { insertMember } from "#lambdas/tenants/member.repository.ts";
import { type LevelName, rightsOfLevel } from "#shared/client/vault/keys/levels.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { VaultWorld } from "#test/support/vault-world.ts";
import { type Answers, ok, type Serve } from "./answers.ts";
import { made } from "./keyring-world.ts";
import { ada } from "./people-world.ts";
import { SOME } from "./vault-items.ts";

type Keys = Awaited<ReturnType<VaultWorld["giveKeys"]>>;

/** A colleague in the same organisation, with keys of their own. */
interface Colleague {
  readonly member: Member;
  readonly vaults: Vaults;
  readonly account: Keys["account"];
  readonly api: Keys["api"];
}

/** An organisation whose people share a vault, kept by the product's own code in this process. */
export interface SheetGroup {
  readonly answers: Answers;
  readonly path: string;
  readonly vaultId: Id<"vault">;
  readonly first: string;
  readonly mine: Vaults;
  readonly world: VaultWorld;
  readonly colleagues: readonly Colleague[];
}

export async function fillGroup(
  my: LevelName,
  isAnswered = true,
  kind: "group" | "tenant" = "group",
): Promise<SheetGroup> {
  const world = new VaultWorld();
  world.clock = new Date();
  const me = await world.settle(made);
  const mine = world.vaultsOf(me);
  const join = async (email: string): Promise<Colleague> => {
    const ctx = world.ctx(world.person("member", made.account.tid));
    const { userId } = ctx.actor;
    const member: Member = { userId, email, role: "member", joinedAt: world.clock.toISOString(), version: 1 };
    await ctx.table.write(insertMember(member));
    const keys = await world.giveKeys(ctx);
    return { member, ...keys, vaults: world.vaultsOf(keys) };
  };
  const grace = await join("grace.hopper.of.the.compilers.department@example.org");
  const linus = await join("linus@example.org");
  const owner = my === "manage" ? mine : grace.vaults;
  const vaultId = await owner.create(kind === "group" ? "Finance" : "Everybody", kind);
  const book = await owner.open(vaultId);
  const first = await fill(book, world);
  if (my === "manage") {
    await book.addMember(grace.member.userId, rightsOfLevel("edit"));
    if (kind === "group") await book.addMember(linus.member.userId, rightsOfLevel("list"));
  } else {
    await book.addMember(made.account.uid, rightsOfLevel(my));
    if (isAnswered) await me.api.answerVault({ vaultId, answer: "accept" });
  }
  const members = [ada, grace.member, linus.member];
  const answers = {
    "ANY /v1/vaults*": me.serve,
    "ANY /v1/members/*": me.serveKeyring,
    "GET /v1/members": ok({ items: members, cursor: null }),
  };
  return { answers, path: `/vault/in/${vaultId}`, vaultId, first, mine, world, colleagues: [grace, linus] };
}

async function fill(book: VaultBook, world: VaultWorld): Promise<string> {
  let first = "";
  for (const secret of SOME) {
    const { id } = await book.save(world.newItem(), secret);
    first ||= id;
  }
  return first;
}

/** The same, of which the service gives other keys for one person than it gave before. */
export const swapping = (group: SheetGroup, person: Id<"user">, bundle: string): Answers => ({
  ...group.answers,
  [`GET /v1/members/${person}/identity`]: ok({ userId: person, bundles: [bundle] }),
});

/** One answer, later. */
export const slowly =
  (serve: Serve, fits: (request: Request) => boolean): Serve =>
  (request) =>
    fits(request) ? new Promise(() => undefined) : serve(request);
