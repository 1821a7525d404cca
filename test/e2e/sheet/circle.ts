import { insertMember } from "#lambdas/tenants/member.repository.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { VaultWorld } from "#test/support/vault-world.ts";
import { withVault } from "./account-world.ts";
import { type Answers, ok } from "./answers.ts";
import { made } from "./keyring-world.ts";
import { ada, everyone } from "./people-world.ts";

/** An organisation whose other people have keys of their own, kept by the product's own code in this process. */
export interface SheetCircle {
  readonly answers: Answers;
  readonly others: readonly Member[];
  readonly mine: Vaults;
}

/** All but the last have compared their safety number with the person whose pages these are. */
export async function fillCircle(): Promise<SheetCircle> {
  const world = new VaultWorld();
  world.clock = new Date();
  const me = await world.settle(made);
  const mine = world.vaultsOf(me);
  const others: Member[] = [];
  for (const member of everyone.slice(1)) {
    const ctx = world.ctx(world.person("member", made.account.tid));
    const known: Member = { ...member, userId: ctx.actor.userId };
    await ctx.table.write(insertMember(known));
    await world.giveKeys(ctx);
    others.push(known);
  }
  for (const { userId } of others.slice(0, -1)) await mine.verify(await mine.contact(userId));
  const answers = {
    ...withVault,
    "ANY /v1/vaults*": me.serve,
    "ANY /v1/members/*": me.serveKeyring,
    "GET /v1/members": ok({ items: [ada, ...others], cursor: null }),
  };
  return { answers, others, mine };
}
