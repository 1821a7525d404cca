import type { Command } from "commander";
import { COMPARED_SAYS } from "#shared/client/vault/checkpoint.ts";
import { LEVEL_NAMES, LEVELS, levelOf, RIGHTS_SAY, sayAllowed } from "#shared/client/vault/keys/levels.ts";
import { compareTenant, dismissGone, offerToAll } from "#shared/client/vault/keys/whole-tenant.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { VaultMembership } from "#shared/contracts/vault.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { membersOf } from "#shared/crypto/vault/chain.ts";
import { namesOfRights, RIGHT_NAMES } from "#shared/crypto/vault/rights.ts";
import type { Ocmt } from "../../../ocmt.ts";
import type { Unlocked } from "../../../unlocked.ts";
import { type Options, openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { confirm, isTerminal, note } from "../../terminal.ts";
import { listPeople, pickPerson } from "../account/people.ts";
import { addOpenings } from "./openings.ts";
import { addQuorum } from "./quorum.ts";
import { type Allowing, readAllowing } from "./rights.ts";
import { resealIn } from "./vault-care.ts";

/** The vault that a command names, or the person's own. */
export async function openNamed({ vaults }: Pick<Unlocked, "vaults">, name: string | undefined): Promise<VaultBook> {
  if (name === undefined) return vaults.open("own");
  return vaults.open((await pickVault(await vaults.list(), name, "accepted")).id);
}

async function pickVault(
  all: readonly VaultMembership[],
  wanted: string,
  state: VaultMembership["state"],
): Promise<VaultMembership> {
  const found = all.filter((vault) => vault.state === state && (vault.id === wanted || vault.name === wanted));
  const [vault] = found;
  if (!vault) throw new NotFound(`There is no vault "${wanted}" for you here. See: ocmt vault groups`);
  if (found.length > 1) throw new UsageError(`${found.length} vaults are named "${wanted}". Say which by its id.`);
  return vault;
}

export function addSharing(vault: Command): void {
  vault
    .command("groups")
    .description("the vaults that groups share: yours, and those you are offered")
    .action(async (_: object, command: Command) => {
      const { options, ocmt } = await open(command);
      const items = (await ocmt.api.vault.listVaults({})).items.filter(({ kind }) => kind !== "personal");
      const rows = items.map(({ name, state, rights, id }) => [name ?? "", state, rights.join(" "), id]);
      show(items, tableOf(["NAME", "STATE", "RIGHTS", "ID"], rows), options);
    });
  vault
    .command("new <name>")
    .description("an empty vault for a group, which you look after")
    .option("--tenant", "the one vault of the whole organisation, made by an owner or admin")
    .action(async (name: string, { tenant }: { tenant?: true }, command: Command) => {
      const { options, ocmt } = await open(command);
      const id = await (await openUnlocked(ocmt)).vaults.create(name, tenant ? "tenant" : "group");
      show({ id, name }, [`Made ${name}.`], options);
    });
  for (const [verb, says] of [
    ["accept", "use a vault that you are offered"],
    ["decline", "do not use it, or use it no more"],
  ] as const) {
    vault
      .command(`${verb} <vault>`)
      .description(says)
      .action(async (name: string, _: object, command: Command) => {
        const { options, ocmt } = await open(command);
        const { items } = await ocmt.api.vault.listVaults({});
        const found = await pickVault(items, name, "offered").catch((error: unknown) => {
          if (verb === "accept") throw error;
          return pickVault(items, name, "accepted");
        });
        await ocmt.api.vault.answerVault({ vaultId: found.id, answer: verb });
        show({ id: found.id, answer: verb }, [verb === "accept" ? `You use ${name} now.` : "Declined."], options);
      });
  }
  addMembers(vault);
  addFollowing(vault);
  addComparing(vault);
  const idOf = async (ocmt: Ocmt, name: string) => {
    const { items } = await ocmt.api.vault.listVaults({});
    return (await pickVault(items, name, "accepted")).id;
  };
  addQuorum(vault, idOf);
  addOpenings(vault, idOf);
}

/** Two who are shown two vaults under one name cannot hear of it from who shows them. */
function addComparing(vault: Command): void {
  vault
    .command("compare <vault> [line]")
    .description(
      "a line of what you are shown, to be sent to another member by mail or chat; or theirs, held against it",
    )
    .action(async (name: string, line: string | undefined, _: object, command: Command) => {
      const { options, ocmt } = await open(command);
      const book = await openNamed(await openUnlocked(ocmt), name);
      if (line === undefined) {
        const checkpoint = await book.checkpoint();
        return show({ vaultId: book.vaultId, checkpoint }, [checkpoint], options);
      }
      const compared = await book.compare(line).catch((error: unknown) => {
        if (error instanceof CryptoError && error.code === "crypto.format")
          throw new UsageError("That is no line of `ocmt vault compare`.");
        throw error;
      });
      return show({ vaultId: book.vaultId, compared }, [COMPARED_SAYS[compared]], options);
    });
}

function addMembers(vault: Command): void {
  vault
    .command("members <vault>")
    .description("who belongs to it, as its signed chain says")
    .action(async (name: string, _: object, command: Command) => {
      const { options, ocmt } = await open(command);
      const book = await openNamed(await openUnlocked(ocmt), name);
      const people = new Map((await listPeople(ocmt)).map(({ userId, email }) => [userId, email]));
      const items = membersOf(book.head().chain).map(({ person, rights }) => {
        const email = people.get(person) ?? null;
        return { userId: person, email, rights: namesOfRights(rights), level: levelOf(rights) ?? null };
      });
      const rows = items.map(({ email, userId, rights }) => [email ?? `${userId} (left)`, rights.join(" ")]);
      show(items, tableOf(["PERSON", "RIGHTS"], rows), options);
    });
  vault
    .command("share <vault> <email>")
    .description("let somebody of your organisation use it, or change what they may do")
    .option("--as <level>", LEVEL_NAMES.map((name) => `${name}: ${LEVELS[name].says.toLowerCase()}`).join("; "))
    .option(
      "--rights <names>",
      `or exactly these, as in list,read: ${RIGHT_NAMES.map((name) => `${name}: ${RIGHTS_SAY[name].toLowerCase()}`).join("; ")}`,
    )
    .action(async (name: string, email: string, allowing: Allowing, command: Command) => {
      const rights = readAllowing(allowing);
      const { options, ocmt } = await open(command);
      const { userId } = await pickPerson(ocmt, email);
      const unlocked = await openUnlocked(ocmt);
      const book = await openNamed(unlocked, name);
      const contact = await unlocked.vaults.contact(userId);
      if (!contact.isVerified)
        note(`${email} is unverified: compare the safety number with them (ocmt people verify).`);
      const isMember = membersOf(book.head().chain).some(({ person }) => person === userId);
      await (isMember ? book.setRights(userId, rights) : book.addMember(userId, rights));
      if (isMember) await resealIn(book, options);
      show(
        { userId, rights: namesOfRights(rights), isVerified: contact.isVerified },
        [`${email}: ${sayAllowed(rights)}.`],
        options,
      );
    });
  vault
    .command("unshare <vault> <email>")
    .description("let somebody use it no more; its key changes, and every item is sealed anew")
    .option("--yes", "without asking")
    .action(async (name: string, email: string, { yes }: { yes?: true }, command: Command) => {
      const { options, ocmt } = await open(command);
      const { userId } = await pickPerson(ocmt, email);
      const { vaults, shares } = await openUnlocked(ocmt);
      const book = await openNamed({ vaults }, name);
      if (!yes && !isTerminal()) throw new UsageError("Nobody is there to ask: say --yes.");
      if (!yes && !(await confirm(`Remove ${email} from ${name}?`))) return;
      await book.removeMember(userId);
      await resealIn(book, options);
      await shares.renew(book);
      const said = "What they could read before, they may have kept: change those secrets at their providers.";
      show({ removed: userId }, [`${email} does not belong to ${name} any more.`, said], options);
    });
}

/** The organisation's vault follows the organisation: who left is taken out, and who is named here is offered it. */
function addFollowing(vault: Command): void {
  vault
    .command("follow <vault>")
    .description("take who left the organisation out of its vault, and offer it to everybody who is missing")
    .option("--yes", "without asking")
    .action(async (name: string, { yes }: { yes?: true }, command: Command) => {
      const { options, ocmt } = await open(command);
      const book = await openNamed(await openUnlocked(ocmt), name);
      if (book.head().kind !== "tenant") throw new UsageError(`${name} is not the vault of the organisation.`);
      const { missing, gone } = compareTenant(book.head().chain, await listPeople(ocmt));
      if (gone.length > 0) await dismissGone(book, gone);
      const names = missing.map(({ email }) => email);
      if (names.length > 0 && !yes && !isTerminal()) throw new UsageError("Nobody is there to ask: say --yes.");
      const isMeant = names.length > 0 && (yes || (await confirm(`Offer ${name} to ${names.join(", ")}?`)));
      const waiting = isMeant ? await offerToAll(ocmt.api.keyring, book, missing) : missing;
      const offered = names.filter((email) => !waiting.some((person) => person.email === email));
      const lines = [
        ...(gone.length > 0 ? [`Taken out, with another key for who stays: ${gone.join(", ")}.`] : []),
        ...(offered.length > 0 ? [`Offered to ${offered.join(", ")}.`] : []),
        ...(waiting.length > 0 ? [`Not yet offered to ${waiting.map(({ email }) => email).join(", ")}.`] : []),
      ];
      show({ removed: gone, offered, waiting: waiting.map(({ email }) => email) }, lines, options);
    });
}

async function open(command: Command): Promise<{ options: Options; ocmt: Ocmt }> {
  const options = optionsOf(command);
  return { options, ocmt: await openSignedIn(options) };
}
