import type { Command } from "commander";
import { type Ocmt, requestSignIn } from "../../../ocmt.ts";
import type { Unlocked } from "../../../unlocked.ts";
import { type Options, openSignedIn, optionsOf, whereOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { askLine, askSecret, isTerminal, note } from "../../terminal.ts";
import { readyShares } from "../recovery/ask-contacts.ts";
import { askHeld, type By } from "../recovery/recovery.ts";
import { finishByDigits } from "./digits.ts";
import { finish, rotate } from "./keys.ts";
import { sayRootDue } from "./root-due.ts";

export function addAccountCommands(program: Command): void {
  program
    .command("login <email>")
    .description("sign this profile in: a link is sent to the address, and shows six digits to type here")
    .requiredOption("--url <address>", "where OCMT runs", process.env["OCMT_URL"])
    .action(async (email: string, { url }: { url: string }, command: Command) => {
      const options = optionsOf(command);
      const signIn = await requestSignIn(email, url, whereOf(options));
      note(`A link was sent to ${email}. Open it anywhere; it shows six digits.`);
      const ocmt = await finishByDigits(signIn, () => askLine("Six digits"), isTerminal());
      const { session, memberships } = await ocmt.api.identity.me({});
      const tenant = memberships.find(({ tenantId }) => tenantId === session.tenantId);
      const next = tenant ? "Next: ocmt unlock" : "Next: ocmt org ls, then ocmt org use <slug>";
      const facts = { email: ocmt.email, url: ocmt.url, organisation: tenant?.slug ?? null };
      show(facts, [`Signed in as ${ocmt.email}${tenant ? ` in ${tenant.name}` : ""}.`, next], options);
    });

  program
    .command("logout")
    .description("end the session of this profile")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      await (await openSignedIn(options)).signOut();
      show({ signedIn: false }, ["Signed out."], options);
    });

  program
    .command("whoami")
    .description("who this profile is")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { user, session, memberships } = await ocmt.api.identity.me({});
      const tenant = memberships.find(({ tenantId }) => tenantId === session.tenantId);
      const facts = {
        email: user.email,
        url: ocmt.url,
        organisation: tenant?.slug ?? null,
        role: tenant?.role ?? null,
      };
      show(facts, [`${user.email} at ${ocmt.url}${tenant ? `, ${tenant.role} of ${tenant.name}` : ""}`], options);
    });

  addUnlocking(program);
  addOrganisations(program);
}

function addUnlocking(program: Command): void {
  program
    .command("unlock")
    .description("open the vault on this machine; prints a key that opens it again for other commands")
    .option("--words", "by the twelve recovery words; takes another passphrase, and gives twelve other words")
    .option("--key", "by the recovery key; as with words, all keys are changed")
    .option(
      "--contacts",
      "by the shares that your contacts gave (ocmt recovery ask); as with words, all keys are changed",
    )
    .option("--by-device", "let in by a device of yours that is open: shows six words to type there, and waits")
    .option("--raw", "print the key and nothing else")
    .action(async ({ raw, ...by }: Ways & { raw?: true }, command: Command) => {
      if (Object.keys(by).length > 1)
        throw new UsageError("One way at a time: --by-device, --contacts, --words or --key.");
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const unlocked = by.byDevice ? await unlockByDevice(ocmt, options) : await unlockBy(ocmt, by);
      const { sessionKey, device, account } = unlocked;
      const due = options.json ? undefined : await sayRootDue(ocmt.api.keyring, account.uid, new Date());
      if (due) note(due);
      if (raw) return void process.stdout.write(`${sessionKey}\n`);
      const lines = [
        "Open. This line lets the other commands of this shell open it too, until `ocmt lock`:",
        `export OCMT_SESSION=${sessionKey}`,
      ];
      show({ sessionKey, deviceId: device.id }, lines, options);
    });

  program
    .command("lock")
    .description("make the keys that `ocmt unlock` gave out on this machine open nothing")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      await (await openSignedIn(options)).lock();
      show({ locked: true }, ["Locked."], options);
    });
}

interface Ways extends By {
  readonly contacts?: true;
  readonly byDevice?: true;
}

async function unlockBy(ocmt: Ocmt, { contacts, ...by }: Ways): Promise<Unlocked> {
  const recovering = contacts ? await readyShares(ocmt) : await askHeld(by);
  if (recovering) {
    const { unlocked, undone } = await rotate(ocmt, recovering);
    for (const line of undone) note(line);
    return unlocked;
  }
  return finishKeys(ocmt, await ocmt.unlock({ passphrase: await askSecret("Vault passphrase") }));
}

/** A change of keys that was broken off is gone on with by whichever device comes next. */
async function finishKeys(ocmt: Ocmt, unlocked: Unlocked): Promise<Unlocked> {
  if (unlocked.account.carried) for (const line of (await finish(ocmt, unlocked)).lines) note(line);
  return unlocked;
}

/** The words go to stderr: stdout is the answer's alone. Whoever breaks it off takes the request back. */
async function unlockByDevice(ocmt: Ocmt, { json }: Options): Promise<Unlocked> {
  const { words, expiresAt, wait, giveUp } = await ocmt.askToBeLetIn();
  const until = `${expiresAt.slice(11, 16)} UTC`;
  const lines = [
    `Type these six words on a device of yours whose vault is open (its page says so, or: ocmt devices let-in). Until ${until}.`,
    "",
    `    ${words.join(" ")}`,
    "",
    "Nobody else may have them. Waiting; Ctrl-C takes the request back.",
  ];
  note(json ? JSON.stringify({ asking: { words, expiresAt } }) : lines.join("\n"));
  const breakOff = () => void giveUp().finally(() => process.exit(130));
  process.once("SIGINT", breakOff);
  try {
    return await finishKeys(ocmt, await wait());
  } finally {
    process.off("SIGINT", breakOff);
  }
}

function addOrganisations(program: Command): void {
  const org = program.command("org").description("the organisations one belongs to");
  org
    .command("ls")
    .description("list them")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const { session, memberships } = await (await openSignedIn(options)).api.identity.me({});
      const items = memberships.map(({ tenantId, slug, name, role }) => {
        const current = tenantId === session.tenantId;
        return { id: tenantId, slug, name, role, current };
      });
      const rows = items.map(({ slug, name, role, current }) => [slug, name, role, current ? "current" : ""]);
      show(items, tableOf(["SLUG", "NAME", "ROLE", ""], rows), options);
    });
  org
    .command("use <slug>")
    .description("work in another one from now on")
    .action(async (slug: string, _: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { memberships } = await ocmt.api.identity.me({});
      const tenant = memberships.find((membership) => membership.slug === slug);
      if (!tenant) throw new NotFound(`You belong to no organisation "${slug}". See: ocmt org ls`);
      await ocmt.useOrganisation(tenant.tenantId);
      show({ organisation: slug }, [`Working in ${tenant.name}.`], options);
    });
}
