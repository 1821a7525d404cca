import type { Command } from "commander";
import {
  type AgentGrants,
  addGrant,
  aliasOf,
  GrantRefused,
  type ItemGrant,
  setLocked,
  siteOf,
  takeBack,
} from "#shared/client/agent-items/grants.ts";
import { isClosedToUs, openById } from "#shared/client/agent-items/offer.ts";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { nameOf } from "#shared/client/vault/items/find-items.ts";
import { formOf } from "#shared/client/vault/items/item-kinds.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { tellAgent } from "../../../tell-agent.ts";
import type { Unlocked } from "../../../unlocked.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { openNamed } from "../vault/share.ts";
import { pick } from "../vault/vault.ts";
import { pickAgent } from "./pick-agent.ts";

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** What an agent may use of the vault. */
export function addAgentItemCommands(agent: Command): void {
  agent
    .command("items <agent>")
    .description("what it may use of the vault, under which name, and where")
    .action(async (wanted: string, _: object, command: Command) => {
      const { options, unlocked, agent } = await open(wanted, command);
      const { grants } = await unlocked.itemsOf(agent.id).read();
      const named = await nameAll(unlocked, grants);
      const rows = named.map(({ name, as, sites }) => [as, name, sites.join(" ")]);
      const lines = [
        ...tableOf(["AS", "ITEM", "SITES"], rows),
        ...(grants.isLocked ? ["Locked: it is given none."] : []),
      ];
      show({ isLocked: grants.isLocked, items: named }, lines, options);
    });
  agent
    .command("grant <agent> <item>")
    .description("let it use an item, each time with your approval; it never sees the value")
    .option("--in <vault>", "a vault that a group shares, by its name or id; otherwise your own")
    .option("--as <name>", "the name it knows the item by")
    .option("--site <address>", "where the value may be sent; without it, the address of the item", collect, [])
    .action(grant);
  agent
    .command("revoke <agent> <item>")
    .description("take an item back, by the item or the name the agent knows it by")
    .action(async (wanted: string, item: string, _: object, command: Command) => {
      const { unlocked, agent } = await open(wanted, command);
      const { grants } = await unlocked.itemsOf(agent.id).read();
      const found = (await nameAll(unlocked, grants)).find((one) => [one.as, one.itemId, one.name].includes(item));
      if (!found) throw new NotFound(`${agent.name} has no item "${item}". See: ocmt agent items`);
      await change({ unlocked, agent, command }, (now) => takeBack(now, found.itemId));
    });
  agent
    .command("lock <agent>")
    .description("take all it holds of the vault out of its hands, and give it nothing until --off")
    .option("--off", "let it use its items again")
    .action(async (wanted: string, { off }: { off?: true }, command: Command) => {
      const { unlocked, agent } = await open(wanted, command);
      await change({ unlocked, agent, command }, (now) => setLocked(now, off !== true));
    });
}

async function open(wanted: string, command: Command) {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  return { options, agent: await pickAgent(ocmt, wanted), unlocked: await openUnlocked(ocmt) };
}

interface GrantOptions {
  readonly in?: string;
  readonly as?: string;
  readonly site: readonly string[];
}

async function grant(
  wanted: string,
  item: string,
  { as, site, in: vault }: GrantOptions,
  command: Command,
): Promise<void> {
  const { unlocked, agent } = await open(wanted, command);
  const book = await openNamed(unlocked, vault);
  const { id: itemId, entry, content } = await book.read((await pick(book, item)).id);
  const addresses = site.length > 0 ? site : [formOf(entry, content).values["url"] ?? ""];
  const sites = addresses.map(siteOf).filter((one) => one !== undefined);
  if (sites.length !== addresses.length)
    throw new UsageError("Say where it may be sent: --site https://api.example.org");
  const wish: ItemGrant = { vaultId: book.vaultId, itemId, as: as ?? aliasOf(entry.name), sites };
  await change({ unlocked, agent, command }, (now) => addGrant(now, wish));
}

interface ChangeInput {
  readonly unlocked: Unlocked;
  readonly agent: Agent;
  readonly command: Command;
}

async function change(
  { unlocked, agent, command }: ChangeInput,
  how: (grants: AgentGrants) => AgentGrants,
): Promise<void> {
  const sealed = await unlocked
    .itemsOf(agent.id)
    .change(how)
    .catch((error: unknown) => {
      throw error instanceof GrantRefused ? new UsageError(error.message) : error;
    });
  const isTold = await tellAgent(unlocked, agent, sealed.version);
  const { isLocked, items } = sealed.grants;
  show({ isLocked, items, told: isTold }, [`Sealed. ${TOLD[isTold](agent.name)}`], optionsOf(command));
}

const TOLD = {
  told: (name: string) => `${name} knows of it, and holds what it may use while one of your devices is unlocked.`,
  asleep: (name: string) => `${name} is not running and holds nothing.`,
  unreached: (name: string) => `${name} could not be reached: it hears of it from the next device that speaks with it.`,
} as const;

async function nameAll({ vaults }: Unlocked, { items }: AgentGrants) {
  const vaultIds = [...new Set(items.map(({ vaultId }) => vaultId))];
  const listed = (await Promise.all(vaultIds.map((vaultId) => listOf(vaults, vaultId)))).flat();
  return items.map((one) => {
    const found = listed.find(({ id }) => id === one.itemId);
    return { ...one, name: found ? nameOf(found) : "(removed)" };
  });
}

async function listOf(vaults: Unlocked["vaults"], vaultId: ItemGrant["vaultId"]): Promise<readonly Listed[]> {
  try {
    return await (await openById(vaults, vaultId)).list();
  } catch (error) {
    if (isClosedToUs(error)) return [];
    throw error;
  }
}
