import type { Command } from "commander";
import { CONTACTS, ContactUnverified } from "#shared/client/recovery/contacts-set.ts";
import type { Id } from "#shared/ids.ts";
import type { Ocmt } from "../../../ocmt.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show } from "../../output.ts";
import { askSecret, note } from "../../terminal.ts";
import { listPeople } from "../account/people.ts";

interface ChooseOptions {
  readonly of?: string;
  readonly remove?: true;
}

/** Who holds a share of the recovery key, chosen by whoever knows the passphrase. */
export function addChoose(recovery: Command): void {
  recovery
    .command("choose [emails...]")
    .description("hand a share to each of three to ten people you have verified, in place of those before")
    .option("--of <count>", `how many of them are enough, two at least; ${CONTACTS.enough} unless you say`)
    .option("--remove", "take the shares away, and with them this way to open the vault")
    .action(async (emails: readonly string[], { of, remove }: ChooseOptions, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      if (remove) {
        if (emails.length > 0) throw new UsageError("--remove takes no people: it takes all shares away.");
        await dismiss(ocmt);
        return show({ removed: true }, ["Removed. Nobody finds a share of yours any more."], options);
      }
      const people = await pickPeople(ocmt, emails);
      const terms = { contacts: people.map(({ userId }) => userId), threshold: readThreshold(of, people.length) };
      const { ways } = await openUnlocked(ocmt);
      note(
        `${terms.threshold} of them who agree, or are all fooled by somebody with your voice, open everything in this vault.`,
      );
      const passphrase = await askSecret("Vault passphrase");
      const set = await ways.chooseContacts({ ...terms, passphrase }).catch(nameIn(people));
      show(
        { set },
        [`${set.threshold} of ${people.length} are enough: ${people.map(({ email }) => email).join(", ")}`],
        options,
      );
    });
}

async function dismiss(ocmt: Ocmt): Promise<void> {
  const { set } = await ocmt.api.recovery.getSet({});
  if (!set) throw new NotFound("You have no recovery contacts.");
  const { ways } = await openUnlocked(ocmt);
  await ways.dismissContacts(await askSecret("Vault passphrase"), set.setId);
}

interface Person {
  readonly userId: Id<"user">;
  readonly email: string;
}

async function pickPeople(ocmt: Ocmt, emails: readonly string[]): Promise<Person[]> {
  const wanted = [...new Set(emails.map((email) => email.trim().toLowerCase()))];
  if (wanted.length < CONTACTS.min || wanted.length > CONTACTS.max)
    throw new UsageError(`It takes ${CONTACTS.min} to ${CONTACTS.max} different people. See: ocmt people ls`);
  const all = await listPeople(ocmt);
  return wanted.map((email) => {
    const found = all.find((member) => member.email === email);
    if (!found) throw new NotFound(`Nobody of your organisation has the address ${email}. See: ocmt people ls`);
    return found;
  });
}

function readThreshold(of: string | undefined, count: number): number {
  const threshold = of === undefined ? Math.min(CONTACTS.enough, count) : Number(of);
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > count)
    throw new UsageError(`--of: two at least, ${count} at most.`);
  return threshold;
}

/** Whom the refusal is about, and what to do first. */
const nameIn =
  (people: readonly Person[]) =>
  (error: unknown): never => {
    const unknown = people.find(({ userId }) => error instanceof ContactUnverified && userId === error.person);
    if (!unknown) throw error;
    const { email } = unknown;
    throw new UsageError(`You have not compared safety numbers with ${email}. First: ocmt people verify ${email}`);
  };
