import type { Command } from "commander";
import { RecoveryFailed } from "#shared/client/recovery/collect-shares.ts";
import type { AskedContacts } from "../../../contacts.ts";
import type { Ocmt } from "../../../ocmt.ts";
import { type KnownFactor, Locked } from "../../../unlocked.ts";
import { openSignedIn, optionsOf } from "../../context.ts";
import { NotFound, NotRecovered } from "../../failure.ts";
import { show } from "../../output.ts";
import { listPeople } from "../account/people.ts";

/** Recovery by contacts, for who has lost everything else: six words to read out, a wait, and `ocmt unlock --contacts`. */
export function addAsk(recovery: Command): void {
  recovery
    .command("ask")
    .description("ask your contacts for their shares, or see how far that is: six words to read to each of them")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const asked = await ocmt.askContacts();
      const { open: _open, ...facts } = asked;
      show(facts, linesOf(asked), options);
    });
}

function linesOf({ words, given, needed, isTime, collectableAt }: AskedContacts): string[] {
  const next = "Then: ocmt unlock --contacts";
  return [
    "Read these six words in this order to each contact, by phone or in person. Whoever hears other words must not release.",
    "",
    `    ${words.join(" ")}`,
    "",
    `Shares released: ${given}. Needed: ${needed}. ${isTime ? "The wait is over." : `They are handed out from ${timeOf(collectableAt)} on.`} ${next}`,
    "Every device of yours is told, and any that is open can stop it.",
    "If a contact says that the words are not the same, stop: then it is not your vault that would open here.",
  ];
}

const timeOf = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;

/** The shares that were given, once they can be used. @throws NotFound, Locked; NotRecovered when they open nothing */
export async function readyShares(ocmt: Ocmt): Promise<KnownFactor> {
  const asked = await ocmt.findAsked();
  if (!asked) throw new NotFound("Nothing is under way that this machine has asked for. First: ocmt recovery ask");
  const { given, needed, isEnough, isTime, collectableAt } = asked;
  if (!isTime) throw new Locked(`The wait is not over: shares are handed out from ${timeOf(collectableAt)} on.`);
  if (!isEnough) throw new Locked(`${given} of ${needed} shares were released. See: ocmt recovery ask`);
  return { byContacts: () => asked.open().catch((error: unknown) => nameRefused(ocmt, error)) };
}

async function nameRefused(ocmt: Ocmt, error: unknown): Promise<never> {
  if (!(error instanceof RecoveryFailed)) throw error;
  const people = await listPeople(ocmt);
  const names = error.refused.map(
    ({ contactId }) => people.find(({ userId }) => userId === contactId)?.email ?? contactId,
  );
  const blame = names.length > 0 ? ` Not usable is what came from ${names.join(", ")}.` : "";
  throw new NotRecovered(error.code, `These shares do not open your vault. Nothing was opened.${blame}`);
}
