import type { Command } from "commander";
import { type HolderReview, reviewHolders } from "#shared/client/vault/openings/holders.ts";
import type { QuorumTerms } from "#shared/client/vault/openings/quorum.ts";
import type { OpenQuorum } from "#shared/crypto/vault/chain.ts";
import type { Id } from "#shared/ids.ts";
import { mayHold } from "#shared/permissions.ts";
import type { Ocmt } from "../../../ocmt.ts";
import { type Options, openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { listPeople, pickPerson } from "../account/people.ts";
import { enterThreshold, type IdOfVault, openTogether } from "./openings.ts";
import { resealIn } from "./vault-care.ts";

const HOLDERS_MAX = 10;

/** Who holds the shares of a vault that nobody opens alone. */
export function addQuorum(vault: Command, idOf: IdOfVault): void {
  vault
    .command("new-threshold <name> <emails...>")
    .description("an empty vault that you and these people open together: owners and admins, made by one of them")
    .requiredOption("--of <count>", "how many of you it takes, two at least")
    .action(async (name: string, emails: readonly string[], { of }: { of: string }, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { account, vaults } = await openUnlocked(ocmt);
      const terms = await readTerms(ocmt, account.uid, { emails, of });
      const id = await vaults.createThreshold(name, terms);
      show({ id, name, ...terms }, [`Made ${name}: ${sayTerms(terms)} open it.`], options);
    });
  vault
    .command("quorum <vault> [emails...]")
    .description("who holds shares of it, and whose are of no use any more; with people, another set: of you and them")
    .option("--of <count>", "how many of you it takes, two at least")
    .option("--renew", "another set of those who are still there, by the keys they have now")
    .option("--reason <text>", "for another set: why you ask the others to open it; only they can read it")
    .action(async (name: string, emails: readonly string[], change: ChangeOptions, command: Command) => {
      const { options, ocmt, unlocked, vaultId, shared } = await enterThreshold(command, name, idOf);
      const { quorum } = await shared.read();
      const review = await reviewHolders(unlocked.vaults.people, quorum, await listPeople(ocmt));
      if (emails.length === 0 && !change.renew) return tell(ocmt, { quorum, review }, options);
      const terms = change.renew
        ? demandNext(review)
        : await readTerms(ocmt, unlocked.account.uid, { emails, of: change.of ?? "" });
      if (!change.reason) throw new UsageError("Say why you ask the others to open it: --reason <text>.");
      await openTogether(shared, change.reason);
      const book = await unlocked.vaults.open(vaultId);
      await book.setQuorum(terms);
      await resealIn(book, options);
      show({ id: vaultId, ...terms }, [`${sayTerms(terms)} open ${name} from now on, under another key.`], options);
    });
}

interface ChangeOptions {
  readonly of?: string;
  readonly renew?: true;
  readonly reason?: string;
}

async function readTerms(
  ocmt: Ocmt,
  me: Id<"user">,
  { emails, of }: { readonly emails: readonly string[]; readonly of: string },
): Promise<QuorumTerms> {
  const others = await Promise.all(emails.map((email) => pickPerson(ocmt, email)));
  const wrong = others.find((member) => !mayHold(member));
  if (wrong) throw new UsageError(`${wrong.email} is neither owner nor admin, and only they hold shares.`);
  const holders = [...new Set([me, ...others.map(({ userId }) => userId)])];
  const threshold = Number(of);
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > holders.length || holders.length > HOLDERS_MAX)
    throw new UsageError(`--of: two at least, ${holders.length} at most, and ten people can hold shares.`);
  return { threshold, holders };
}

function demandNext({ next }: HolderReview): QuorumTerms {
  if (!next) throw new UsageError("Fewer than two are still there: name other people.");
  return next;
}

const sayTerms = ({ threshold, holders }: QuorumTerms) => `${threshold} of ${holders.length}`;

const WHY = {
  left: "has left the organisation",
  role: "is neither owner nor admin any more",
  keys: "has other keys than their share is for",
} as const;

interface Told {
  readonly quorum: OpenQuorum;
  readonly review: HolderReview;
}

async function tell(ocmt: Ocmt, { quorum, review }: Told, options: Options): Promise<void> {
  const names = new Map((await listPeople(ocmt)).map(({ userId, email }) => [userId, email]));
  const holders = quorum.holders.map(({ person }) => {
    const why = review.lost.find((lost) => lost.person === person)?.why ?? null;
    return { userId: person, email: names.get(person) ?? null, lost: why };
  });
  const rows = holders.map(({ userId, email, lost }) => [email ?? userId, lost ? WHY[lost] : "holds a share"]);
  const { threshold } = quorum.set;
  const lines = [`${threshold} of ${holders.length} open it.`, ...tableOf(["PERSON", "SHARE"], rows)];
  if (review.lost.length > 0)
    lines.push("Another set puts it right: ocmt vault quorum <vault> --renew --reason <text>");
  show({ threshold, holders, next: review.next ?? null }, lines, options);
}
