import type { Command } from "commander";
import { findKeyFault } from "#shared/client/recovery/say-key.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import type { HeldFactor } from "../../../ways.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { askSecret } from "../../terminal.ts";
import { addAsk } from "./ask-contacts.ts";
import { addNewHeld, writeKit } from "./new-held.ts";
import { addContactCommands } from "./recovery-contacts.ts";

const NAMES: Record<Keyring["slots"][number]["type"], string> = {
  passphrase: "passphrase",
  passkey: "passkey",
  bip39: "recovery phrase",
  contacts: "recovery contacts",
  hardware_key: "recovery key",
  device: "device",
};

export function addRecoveryCommands(program: Command): void {
  const recovery = program.command("recovery").description("the ways to open the vault when the passphrase is lost");
  recovery
    .command("ls")
    .description("every way that is set up, and when it was last shown to be held")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const keyring = await (await openSignedIn(options)).api.keyring.getKeyring({});
      const ways = keyring.slots.map(({ id, type }) => ({
        way: NAMES[type],
        checkedAt: checkedAtOf(keyring, type),
        id,
      }));
      const rows = ways.map(({ way, checkedAt, id }) => [way, checkedAt?.slice(0, 10) ?? "", id]);
      show(ways, tableOf(["WAY", "CHECKED", "ID"], rows), options);
    });
  addNewHeld(recovery);
  addCheck(recovery);
  addContactCommands(recovery);
  addAsk(recovery);
  recovery
    .command("kit")
    .description("a sheet to print: whose vault, where, of which keys, and lines for words and key")
    .requiredOption("--out <file>", "where the PDF goes; a file that is there is left alone")
    .action(async ({ out }: { out: string }, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { account } = await openUnlocked(ocmt);
      const kit = await writeKit(ocmt, account, out, { kind: "blank" });
      show({ kit }, [`Written to ${kit}. Print it, and write words or key on it by hand.`], options);
    });
}

function checkedAtOf({ recoveryCheckedAt, recoveryKeyCheckedAt }: Keyring, type: string): string | null {
  if (type === "bip39") return recoveryCheckedAt;
  return type === "hardware_key" ? (recoveryKeyCheckedAt ?? null) : null;
}

function addCheck(recovery: Command): void {
  recovery
    .command("check")
    .description("whether the words on your paper, or the key, still open the vault; found out on this machine")
    .option("--key", "the recovery key, not the words")
    .action(async ({ key }: { key?: true }, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const held = await askHeld(key ? { key } : { words: true });
      if (held) await ocmt.proveHeld(held);
      show({ opens: true }, [key ? "This key opens your vault." : "These words open your vault."], options);
    });
}

/** What lies on paper, where it was asked to be used. What is mistyped is said before anything is tried. @throws UsageError */
export async function askHeld({ words, key }: By): Promise<HeldFactor | undefined> {
  if (words && key) throw new UsageError("One way at a time: --words or --key.");
  if (words) return { words: await askSecret("The twelve words") };
  if (!key) return undefined;
  const recoveryKey = (await askSecret("Recovery key")).trim();
  const fault = findKeyFault(recoveryKey);
  if (fault) throw new UsageError(fault.says);
  return { recoveryKey };
}

export interface By {
  readonly words?: true;
  readonly key?: true;
}
