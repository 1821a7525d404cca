#!/usr/bin/env node
import { Command } from "commander";
import pkg from "../package.json" with { type: "json" };
import { addAccountCommands } from "./commands/account/account.ts";
import { addDevices } from "./commands/account/devices.ts";
import { addKeys } from "./commands/account/keys.ts";
import { addPeople } from "./commands/account/people.ts";
import { addAgentCommands } from "./commands/agents/agent.ts";
import { addGrants } from "./commands/agents/grant.ts";
import { addRecoveryCommands } from "./commands/recovery/recovery.ts";
import { addItemShares } from "./commands/vault/item-shares.ts";
import { addVaultCommands } from "./commands/vault/vault.ts";
import { failureOf, tellFailure } from "./failure.ts";
import { stopListening } from "./terminal.ts";

const program = new Command("ocmt")
  .description("Your agents and your vault, from a terminal. Keys and secrets stay on this machine.")
  .version(pkg.version)
  .option("--profile <name>", "whose session to use", process.env["OCMT_PROFILE"] ?? "default")
  .option("--json", "print JSON")
  .showHelpAfterError()
  .exitOverride();
addAccountCommands(program);
addRecoveryCommands(program);
addVaultCommands(program);
addItemShares(program);
addPeople(program);
addGrants(program);
addKeys(program);
addDevices(program);
addAgentCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  const failure = failureOf(error);
  tellFailure(failure, process.argv.includes("--json"));
  process.exitCode = failure.exit;
} finally {
  stopListening();
}
