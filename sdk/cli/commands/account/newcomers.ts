import type { Command } from "commander";
import type { Newcomer } from "#shared/client/enrolment/let-in.ts";
import { WordsDiffer } from "#shared/client/words-differ.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { askLine } from "../../terminal.ts";

/** What an open device says to one that asks to be let in. */
export function addNewcomers(devices: Command): void {
  devices
    .command("waiting")
    .description("devices that ask to be let in to your vault, as they call themselves")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const { newcomers } = await openUnlocked(await openSignedIn(options));
      const facts = (await newcomers.list()).map(factsOf);
      const rows = facts.map(({ name, askedAt, expiresAt, id }) => [name, timeOf(askedAt), timeOf(expiresAt), id]);
      show(facts, tableOf(["NAME", "ASKED", "UNTIL", "ID"], rows), options);
    });
  devices
    .command("let-in")
    .description("let the one in that shows these six words; typed or piped in, never taken from the arguments")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const { newcomers } = await openUnlocked(await openSignedIn(options));
      if ((await newcomers.list()).length === 0) throw new NotFound("No device asks to be let in.");
      const typed = await askLine("The six words that the new device shows");
      const { id, name } = await newcomers.letIn(typed).catch(refuseWords);
      show({ id, name, letIn: true }, [`${name} was let in.`], options);
    });
  devices
    .command("deny <device>")
    .description("turn one away, by its name or id")
    .action(async (named: string, _: object, command: Command) => {
      const options = optionsOf(command);
      const { newcomers } = await openUnlocked(await openSignedIn(options));
      const newcomer = pick(await newcomers.list(), named);
      await newcomers.turnAway(newcomer);
      show({ id: newcomer.id, denied: true }, [`${newcomer.name} was turned away.`], options);
    });
}

const factsOf = ({ id, name, askedAt, expiresAt }: Newcomer) => ({ id, name, askedAt, expiresAt });
const timeOf = (at: string): string => `${at.slice(11, 16)} UTC`;

function refuseWords(error: unknown): never {
  if (error instanceof WordsDiffer) throw new UsageError("No device that asks shows these words. Nothing was sent.");
  throw error;
}

function pick(all: readonly Newcomer[], named: string): Newcomer {
  const found = all.filter(({ id, name }) => id === named || name === named);
  const [only, ...others] = found;
  if (!only) throw new NotFound(`No device "${named}" asks to be let in. See: ocmt devices waiting`);
  if (others.length > 0)
    throw new UsageError(`${found.length} call themselves that. Take the id: ocmt devices waiting`);
  return only;
}
