import type { Command } from "commander";
import { releaseShare } from "#shared/client/recovery/held-share.ts";
import { endRecovery } from "#shared/client/recovery/own-recovery.ts";
import { WordsDiffer } from "#shared/client/words-differ.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { askLine } from "../../terminal.ts";
import { listPeople, pickPerson } from "../account/people.ts";
import { addChoose } from "./choose-contacts.ts";

/** Recovery by contacts, as far as a terminal does it: choosing who holds shares, giving one's own, and stopping somebody. */
export function addContactCommands(recovery: Command): void {
  addChoose(recovery);
  recovery
    .command("contacts")
    .description("who holds a share of your recovery key, for whom you hold one, and who asks")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { recovery } = ocmt.api;
      const [{ set }, { items }, own] = await Promise.all([
        recovery.getSet({}),
        recovery.listHeld({}),
        recovery.list({}),
      ]);
      const people = await listPeople(ocmt);
      const nameOf = (id: string) => people.find(({ userId }) => userId === id)?.email ?? id;
      const mine = (set?.contacts ?? []).map((id) => [nameOf(id), "holds your share", ""]);
      const others = items.map(({ ownerId, recoveries }) => {
        const asking = recoveries.filter(({ isReleased }) => !isReleased).length;
        return [nameOf(ownerId), "you hold theirs", asking > 0 ? "asks for it" : ""];
      });
      const rows = tableOf(["PERSON", "SHARE", "NOW"], [...mine, ...others]);
      const news = own.items.map(
        ({ startedAt, device }) => `A recovery of your vault was started ${startedAt} from ${device}.`,
      );
      show({ set, holds: items.map(({ ownerId }) => ownerId), underWay: own.items }, [...rows, ...news], options);
    });
  recovery
    .command("release <email>")
    .description("give your share to somebody whose voice you know, after they have read six words to you")
    .action(async (email: string, _: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { userId } = await pickPerson(ocmt, email);
      const held = (await ocmt.api.recovery.listHeld({})).items.find(({ ownerId }) => ownerId === userId);
      if (!held) throw new NotFound("You hold no share for this person.");
      const { account, vaults } = await openUnlocked(ocmt);
      const words = await askLine("The six words they read to you");
      try {
        await releaseShare({ api: ocmt.api.recovery, account, vaults }, held, words);
      } catch (error) {
        if (error instanceof WordsDiffer)
          throw new UsageError("Nobody who asks has these words. Nothing was released.");
        throw error;
      }
      show({ released: true }, ["Released."], options);
    });
  recovery
    .command("cancel")
    .description("stop every recovery of your vault that is under way")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { account } = await openUnlocked(ocmt);
      const { items } = await ocmt.api.recovery.list({});
      for (const { id } of items) await endRecovery(ocmt.api.recovery, account, id, "cancelled");
      show({ cancelled: items.length }, [`${items.length} cancelled.`], options);
    });
}
