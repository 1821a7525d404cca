import { type Command, Option } from "commander";
import { aliasOf, GrantRefused } from "#shared/client/agent-items/grants.ts";
import type { Lending, Unreadable } from "#shared/client/lending/read.ts";
import { LendingRefused } from "#shared/client/lending/refused.ts";
import { describeTerms, describeTrouble, HANDED_OVER } from "#shared/client/lending/words.ts";
import { PERIOD_NAMES, PERIODS, type Period } from "#shared/contracts/grants.ts";
import { shareIdOf } from "#shared/crypto/grants/grant.ts";
import { TIERS, type Tier } from "#shared/crypto/grants/terms.ts";
import { tellAgent } from "../../../tell-agent.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { listPeople, pickPerson } from "../account/people.ts";
import { openNamed } from "../vault/share.ts";
import { pick } from "../vault/vault.ts";
import { readCount, readMethods, readSites, readTier, sayRevoked, type TierOptions } from "./grant-terms.ts";
import { pickAgent } from "./pick-agent.ts";

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
const tierOption = (says: string) => new Option("--tier <tier>", says).choices(TIERS);
const periodOption = (says: string) => new Option("--for <time>", says).choices(PERIOD_NAMES);

/** What one person's agent may do with an item of another, through the other's agent. */
export function addGrants(program: Command): void {
  const grant = program
    .command("grant")
    .description("let a colleague's agent use an item through yours, or ask for that");
  grant.command("ls").description("what you have asked for or given, and what was asked of you").action(list);
  grant
    .command("request <email>")
    .alias("ask")
    .description("ask somebody to let your agent use something through theirs")
    .requiredOption("--agent <agent>", "your agent, which is to use it")
    .requiredOption("--what <name>", "what you ask for, in their words or yours")
    .requiredOption("--why <reason>", "sealed to them, as all of this is")
    .option("--site <address>", "where requests would go; at least one", collect, [])
    .option("--method <name>", "what they would be; GET unless you say more", collect, [])
    .addOption(periodOption("for how long").default("day"))
    .option("--uses <count>", "how often at most", "10")
    .addOption(
      tierOption("live: through their agent; sealed: the secret itself, for you and your agent to hold").default(
        "live",
      ),
    )
    .action(request);
  grant
    .command("approve <id> <item>")
    .description(
      "give what was asked for, or less: your agent sends the requests, and the value stays with it, unless you hand it over",
    )
    .requiredOption("--agent <agent>", "your agent, which acts; of what is handed over it is only named")
    .addOption(tierOption("of a request for the secret itself: live gives its use alone"))
    .option("--hand-over", "give them the secret itself, where they ask for that")
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
    .description("take back what you gave; what was handed over gets other keys, and has to be changed at its provider")
    .action(async (id: string, _: object, command: Command) => {
      const { found: lending, unlocked, options } = await open(id, command);
      const { tier, isSealedAnew } = await unlocked.lendings.revoke(lending).catch(refused);
      const { id: grantId, uses } = lending.row;
      show({ id: grantId, uses, tier, isSealedAnew }, sayRevoked({ tier, isSealedAnew }), options);
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
  const { id, side, state, tier, uses, maxUses, notAfter } = one.row;
  const row = { id, side, other, state, tier, uses, maxUses, notAfter };
  const trouble = describeTrouble(one, other);
  if ("trouble" in one) return { ...row, says: trouble ?? "" };
  const { what, reason } = one.letter;
  const terms = one.handed?.grant;
  const share = side === "subject" && terms?.tier === "sealed" ? shareIdOf(id) : null; // ocmt share open
  return {
    ...row,
    what,
    reason,
    ...{ asks: terms?.asks ?? null, share },
    says: trouble ?? `${what}: ${[...describeTerms(one), ...(share ? [`ocmt share open ${share}`] : [])].join("; ")}`,
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
  readonly tier: Tier;
}

async function request(email: string, wanted: RequestOptions, command: Command): Promise<void> {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const { userId } = await pickPerson(ocmt, email);
  const { id: agentId, name } = await pickAgent(ocmt, wanted.agent);
  const unlocked = await openUnlocked(ocmt);
  const wish = {
    ...{
      what: wanted.what,
      reason: wanted.why,
      period: wanted.for,
      maxUses: readCount(wanted.uses),
      tier: wanted.tier,
    },
    ...{ sites: readSites(wanted.site), methods: readMethods(wanted.method) ?? (["GET"] as const).slice() },
  };
  const id = await unlocked.lendings.ask(userId, { id: agentId, name }, wish).catch(refused);
  show({ id }, [`Asked ${email}. Its number is ${id}`], options);
}

interface ApproveOptions extends TierOptions {
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
  const tier = readTier(lending, given);
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
    ...{ asks: given.ask === true, tier },
  };
  await unlocked.lendings.approve(lending, approval).catch(refused);
  const handedOver = { id: lending.row.id, tier, told: null };
  if (tier === "sealed") return show(handedOver, [`Handed over. ${HANDED_OVER}`], options);
  const { version } = await unlocked.itemsOf(agent.id).read();
  const told = await tellAgent(unlocked, agent, version);
  const hears = told === "told" ? "knows of it" : "hears of it from the next device that speaks with it";
  show(
    { id: lending.row.id, tier, told },
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

function refused(error: unknown): never {
  throw error instanceof LendingRefused || error instanceof GrantRefused ? new UsageError(error.message) : error;
}
