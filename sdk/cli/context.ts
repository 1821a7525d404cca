import type { Command } from "commander";
import { type Ocmt, openOcmt, type Where } from "../ocmt.ts";
import { Locked, type Unlocked } from "../unlocked.ts";
import { askSecret, isTerminal } from "./terminal.ts";

export interface Options {
  readonly profile?: string;
  readonly json: boolean;
}

/** The options that every command has. */
export const optionsOf = (command: Command): Options => {
  const { profile, json } = command.optsWithGlobals<{ profile?: string; json?: boolean }>();
  return { json: json ?? false, ...(profile && { profile }) };
};

export const whereOf = ({ profile }: Options): Where => ({ profile });

export const openSignedIn = (options: Options): Promise<Ocmt> => openOcmt(whereOf(options));

/** By the key of this terminal's `ocmt unlock`; at a terminal that has none, by the passphrase. */
export async function openUnlocked(ocmt: Ocmt): Promise<Unlocked> {
  const sessionKey = process.env["OCMT_SESSION"];
  if (sessionKey) return ocmt.unlock({ sessionKey });
  if (!isTerminal()) throw new Locked("The vault is locked. Unlock it first: export OCMT_SESSION=$(ocmt unlock --raw)");
  return ocmt.unlock({ passphrase: await askSecret("Vault passphrase") });
}
