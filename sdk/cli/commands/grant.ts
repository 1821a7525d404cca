import { type Command, Option } from "commander";
import { aliasOf, GrantRefused, siteOf } from "#shared/client/agent-items/grants.ts";
import type { Lending, Unreadable } from "#shared/client/lending/read.ts";
import { LendingRefused } from "#shared/client/lending/refused.ts";
import { describeTerms, describeTrouble } from "#shared/client/lending/words.ts";
import { PERIOD_NAMES, PERIODS, type Period } from "#shared/contracts/grants.ts";
import { METHODS, type Method } from "#shared/crypto/grants/grant.ts";
import { tellAgent } from "../../tell-agent.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../context.ts";
import { NotFound, UsageError } from "../failure.ts";
import { show, tableOf } from "../output.ts";
import { listPeople, pickPerson } from "./people.ts";
import { pickAgent } from "./pick-agent.ts";
import { openNamed } from "./share.ts";
import { pick } from "./vault.ts";

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const periodOption = (says: string) => new Option("--for <time>", says).choices(PERIOD_NAMES);

/** What one person's agent may do with an item of another, through the other's agent. */
export function addGrants(program: Command): void {
  const grant = program
    .command("grant")
    .description("let a colleague's agent use an item through yours, or ask for that");
  grant.command("ls").description("what you have asked for or given, and what was asked of you").action(list);
  grant
    .command("request <email>")
    .description("ask somebody to let your agent use something through theirs")
    .requiredOption("--agent <agent>", "your agent, which is to use it")
    .requiredOption("--what <name>", "what you ask for, in their words or yours")
    .requiredOption("--why <reason>", "sealed to them, as all of this is")
    .option("--site <address>", "where requests would go; at least one", collect, [])
    .option("--method <name>", "what they would be; GET unless you say more", collect, [])
    .addOption(periodOption("for how long").default("day"))
    .option("--uses <count>", "how often at most", "10")
    .action(request);
  grant
    .command("approve <id> <item>")
    .description("give what was asked for, or less: your agent sends the requests, and the value stays with it")
    .requiredOption("--agent <agent>", "your agent, which acts")
    .option("--in <vault>", "a vault that a group shares, by its name or id; otherwise your own")
    .option("--as <name>", "the name their agent knows the item by")
    .option("--site <address>", "only there", collect, [])
    .option("--method <name>", "only these", collect, [])
    .addOption(periodOption("for a shorter time"))
    .option("--uses <count>", "less often")
    .option("--ask", "you are asked at each use")
    .action(approve);
  grant
    .command("deny <id>")
    .description("say no; or withdraw what you have asked for")
    .action(async (id: string, _: object, command: Command) => {
      const { found: lending, unlocked, options } = await open(id, command);
      await unlocked.lendings.deny(lending.row.id);
      show({ id: lending.row.id }, [lending.row.side === "issuer" ? "Denied." : "Withdrawn."], options);
    });
  grant
    .command("revoke <id>")
    .description("take back what you gave")
    .action(async (id: string, _: object, command: Command) => {
      const { found: lending, unlocked, options } = await open(id, command);
      await unlocked.lendings.revoke(lending).catch(refused);
      show({ id: lending.row.id, uses: lending.row.uses }, ["Revoked. Your agent refuses from now on."], options);
    });
}

async function list(_: object, command: Command): Promise<void> {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const all = await (await openUnlocked(ocmt)).lendings.list();
  const people = new Map((await listPeople(ocmt)).map(({ userId, email }) => [userId, email]));
  const items = all.map((one) => describe(one, people.get(one.otherId) ?? one.otherId));
  const rows = items.map(({ id, side, other, state, says }) => [id, side, other, state, says]);
  show(items, tableOf(["ID", "YOU ARE", "WITH", "STATE", "WHAT"], rows), options);
}

function describe(one: Lending | Unreadable, other: string) {
  const { id, side, state, uses, maxUses, notAfter } = one.row;
  const row = { id, side, other, state, uses, maxUses, notAfter };
  const trouble = describeTrouble(one, other);
  if ("trouble" in one) return { ...row, says: trouble ?? "" };
  const { what, reason } = one.letter;
  const terms = one.handed?.grant;
  return {
    ...row,
    what,
    reason,
    asks: terms?.asks ?? null,
    says: trouble ?? `${what}: ${describeTerms(one).join("; ")}`,
  };
}

interface RequestOptions {
  readonly agent: string;
  readonly what: string;
  readonly why: string;
  readonly site: readonly string[];
  readonly method: readonly string[];
  readonly for: Period;
  readonly uses: string;
}

async function request(email: string, wanted: RequestOptions, command: Command): Promise<void> {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const { userId } = await pickPerson(ocmt, email);
  const { id: agentId, name } = await pickAgent(ocmt, wanted.agent);
  const unlocked = await openUnlocked(ocmt);
  const wish = {
    ...{ what: wanted.what, reason: wanted.why, period: wanted.for, maxUses: readCount(wanted.uses) },
    ...{ sites: readSites(wanted.site), methods: readMethods(wanted.method) ?? (["GET"] as const).slice() },
  };
  const id = await unlocked.lendings.ask(userId, { id: agentId, name }, wish).catch(refused);
  show({ id }, [`Asked ${email}. Its number is ${id}`], options);
}

interface ApproveOptions {
  readonly agent: string;
  readonly in?: string;
  readonly as?: string;
  readonly site: readonly string[];
  readonly method: readonly string[];
  readonly for?: Period;
  readonly uses?: string;
  readonly ask?: true;
}

async function approve(id: string, item: string, given: ApproveOptions, command: Command): Promise<void> {
  const { lending, unlocked, options, ocmt } = await openReadable(id, command);
  const agent = await pickAgent(ocmt, given.agent);
  const book = await openNamed(unlocked, given.in);
  const { id: itemId, entry } = await book.read((await pick(book, item)).id);
  const { letter } = lending;
  const days = given.for && PERIODS[given.for];
  const approval = {
    ...{ agentId: agent.id, vaultId: book.vaultId, itemId, as: given.as ?? aliasOf(entry.name) },
    sites: given.site.length > 0 ? readSites(given.site) : letter.sites,
    methods: readMethods(given.method) ?? letter.methods,
    maxUses: given.uses === undefined ? letter.maxUses : readCount(given.uses),
    ...(days ? { notAfterMs: Date.now() + days * 86_400_000 } : {}),
    asks: given.ask === true,
  };
  await unlocked.lendings.approve(lending, approval).catch(refused);
  const { version } = await unlocked.itemsOf(agent.id).read();
  const told = await tellAgent(unlocked, agent, version);
  const hears = told === "told" ? "knows of it" : "hears of it from the next device that speaks with it";
  show(
    { id: lending.row.id, told },
    [`Given. ${agent.name} ${hears}, and acts while one of your devices is unlocked.`],
    options,
  );
}

async function open(id: string, command: Command) {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const unlocked = await openUnlocked(ocmt);
  const found = (await unlocked.lendings.list()).find(({ row }) => row.id === id);
  if (!found) throw new NotFound(`There is no grant ${id} of yours. See: ocmt grant ls`);
  if ("trouble" in found && !found.changed) throw found.trouble;
  return { options, ocmt, unlocked, found };
}

/** To be given it has to be read. */
async function openReadable(id: string, command: Command) {
  const { found, ...rest } = await open(id, command);
  if ("trouble" in found) throw new UsageError(describeTrouble(found, found.otherId) ?? "");
  return { ...rest, lending: found };
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new UsageError("--uses takes a number from 1 to 10000.");
  return Number(text);
}

function readSites(texts: readonly string[]): string[] {
  const sites = texts.map(siteOf).filter((one) => one !== undefined);
  if (sites.length !== texts.length) throw new UsageError("A site looks like this: --site https://api.example.org");
  return sites;
}

/** Undefined where none is named. */
function readMethods(names: readonly string[]): Method[] | undefined {
  const methods = METHODS.filter((method) => names.some((name) => name.toUpperCase() === method));
  if (methods.length !== new Set(names.map((name) => name.toUpperCase())).size)
    throw new UsageError(`No such method. There are ${METHODS.join(", ")}.`);
  return methods.length > 0 ? methods : undefined;
}

function refused(error: unknown): never {
  throw error instanceof LendingRefused || error instanceof GrantRefused ? new UsageError(error.message) : error;
}
