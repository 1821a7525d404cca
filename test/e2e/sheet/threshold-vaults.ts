import { insertMember } from "#lambdas/tenants/member.repository.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import { noteOf, VaultWorld } from "#test/support/vault-world.ts";
import { type Answers, ok } from "./answers.ts";
import { made } from "./keyring-world.ts";
import { ada } from "./people-world.ts";

/** A vault that two of ada, grace and linus open together, kept by the product's own code in this process. */
export interface SheetThreshold {
  readonly answers: Answers;
  readonly members: readonly Member[];
  readonly vaultId: Id<"vault">;
  readonly path: string;
  readonly grace: Vaults;
  readonly linus: Vaults;
  readonly mine: Vaults;
}

export async function fillThreshold(): Promise<SheetThreshold> {
  const world = new VaultWorld();
  Object.defineProperty(world, "clock", { get: () => new Date() }); // an opening is asked for now, whenever its picture is taken
  const me = await world.settle(made);
  const mine = world.vaultsOf(me);
  const join = async (email: string, role: Role) => {
    const ctx = world.ctx(world.person(role, made.account.tid));
    const { userId } = ctx.actor;
    const member: Member = { userId, email, role, joinedAt: world.clock.toISOString(), version: 1 };
    await ctx.table.write(insertMember(member));
    const keys = await world.giveKeys(ctx);
    return { member, api: keys.api, vaults: world.vaultsOf(keys) };
  };
  const grace = await join("grace.hopper.of.the.compilers.department@example.org", "admin");
  const linus = await join("linus@example.org", "admin");
  const margaret = await join("margaret@example.org", "member");
  const holders = [ada.userId, grace.member.userId, linus.member.userId];
  const vaultId = await mine.createThreshold("Break glass", { threshold: 2, holders });
  for (const { api } of [grace, linus]) await api.answerVault({ vaultId, answer: "accept" });
  const unkeyed: Member = { ...margaret.member, userId: world.person("admin", made.account.tid).userId };
  const members = [ada, grace.member, linus.member, { ...unkeyed, email: "new@example.org", role: "admin" as const }];
  const answers = {
    "ANY /v1/vaults*": me.serve,
    "ANY /v1/members/*": me.serveKeyring,
    "GET /v1/members": ok({ items: [...members, margaret.member], cursor: null }),
  };
  const path = `/vault/in/${vaultId}`;
  const sheet = { answers, members, vaultId, path, mine, grace: grace.vaults, linus: linus.vaults };
  const asked = await mine.threshold(vaultId).ask("To fill it");
  await answer(sheet, "released");
  await mine.threshold(vaultId).look(asked);
  await (await mine.open(vaultId)).save(world.newItem(), noteOf("Payroll"));
  return sheet;
}

/** Grace answers the newest opening. */
export async function answer({ grace, vaultId }: SheetThreshold, word: "released" | "denied"): Promise<void> {
  const asked = (await grace.threshold(vaultId).others()).findLast(({ answered }) => answered === null);
  if (!asked) throw new Error("nobody asks");
  await grace.threshold(vaultId).answer(asked, word);
}
