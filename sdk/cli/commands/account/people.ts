import type { Command } from "commander";
import { NumberDiffers } from "#shared/client/people/contacts.ts";
import { PersonChanged } from "#shared/client/people/people.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Ocmt } from "../../../ocmt.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { confirm, isTerminal } from "../../terminal.ts";

export async function listPeople({ api }: Ocmt): Promise<Member[]> {
  const all: Member[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.tenants.listMembers({ limit: 100, ...(cursor && { cursor }) });
    all.push(...page.items);
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return all;
}

export async function pickPerson(ocmt: Ocmt, email: string): Promise<Member> {
  const found = (await listPeople(ocmt)).find((member) => member.email === email.trim().toLowerCase());
  if (!found) throw new NotFound(`Nobody of your organisation has the address ${email}. See: ocmt people ls`);
  return found;
}

export function addPeople(program: Command): void {
  const people = program.command("people").description("the people of your organisation, and whose keys are theirs");
  people
    .command("ls")
    .description("list them")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const items = await listPeople(await openSignedIn(options));
      const rows = items.map(({ email, role, userId }) => [email, role, userId]);
      show(
        items.map(({ userId, email, role }) => ({ userId, email, role })),
        tableOf(["PERSON", "ROLE", "ID"], rows),
        options,
      );
    });
  people
    .command("verify <email>")
    .description("shows the safety number; compare it with them by phone or in person, then say that it is the same")
    .option("--same <number>", "the number as they read it to you")
    .action(async (email: string, { same }: { same?: string }, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { userId } = await pickPerson(ocmt, email);
      const { vaults } = await openUnlocked(ocmt);
      const contact = await vaults.contact(userId).catch(ifChanged(vaults, same));
      const number = contact.safetyNumber.join(" ");
      const isTold = same !== undefined && digitsOf(same) === digitsOf(number);
      if (same !== undefined && !isTold) throw new UsageError(DIFFERS);
      const isSame =
        isTold || (!contact.isVerified && isTerminal() && (await confirm(`${number}\nIs it the same on their side?`)));
      if (isSame && !contact.isVerified) await vaults.verify(contact); // known by `ifChanged`, it is noted already
      const isVerified = contact.isVerified || isSame;
      show(
        { userId, safetyNumber: number, isVerified },
        [number, isVerified ? "Verified." : "Not verified yet."],
        options,
      );
    });
}

/** Who was verified and has other keys is known again by the number that they read out, and by nothing else. */
const ifChanged = (vaults: Vaults, same: string | undefined) => (error: unknown) => {
  if (!(error instanceof PersonChanged && error.wasVerified) || same === undefined) throw error;
  return vaults.verifyAnew(error.person, same).catch((differs: unknown) => {
    throw differs instanceof NumberDiffers ? new UsageError(DIFFERS) : differs;
  });
};

const DIFFERS = "That is not the number shown here. Do not share anything with this person.";

const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");
