import type { Command } from "commander";
import { drawKit } from "#shared/client/recovery/kit/draw-kit.ts";
import { type KitSecret, keyIdOf } from "#shared/client/recovery/kit/facts.ts";
import { findKeyFault } from "#shared/client/recovery/say-key.ts";
import type { Ocmt } from "../../../ocmt.ts";
import type { Unlocked } from "../../../unlocked.ts";
import { type Options, openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { writeOpenedFile } from "../../file-io.ts";
import { show } from "../../output.ts";
import { askLine, askSecret, note } from "../../terminal.ts";

/** What a person keeps on paper, made anew: it counts once it was typed back, and what was on the paper before opens until then. */
export function addNewHeld(recovery: Command): void {
  recovery
    .command("key")
    .description("make a recovery key, or one in place of the last; it counts once it was typed back")
    .option("--kit <file>", "also as a sheet to print, with the key on it")
    .option("--remove", "take the recovery key out of the ways to open the vault")
    .action(async ({ kit, remove }: { kit?: string; remove?: true }, command: Command) => {
      const { options, ocmt, unlocked, passphrase } = await open(command);
      if (remove) {
        await removeKey(ocmt, unlocked, passphrase);
        return show({ removed: true }, ["Removed. The key on your paper opens this vault no more."], options);
      }
      const { shown: recoveryKey, keep } = await unlocked.ways.prepareRecoveryKey(passphrase);
      note("Your recovery key, shown this once. Whoever has it can open the vault:");
      show({ recoveryKey }, [recoveryKey], options);
      if (kit) await writeKit(ocmt, unlocked.account, kit, { kind: "key", key: recoveryKey });
      const typed = await askLine(AGAIN);
      if (bare(typed) !== bare(recoveryKey))
        throw new UsageError(`${findKeyFault(typed.trim())?.says ?? "This is not the key shown."} ${UNCHANGED}`);
      await keep();
      note(KEPT);
    });
  recovery
    .command("words")
    .description("twelve new recovery words in place of those there are; they count once they were typed back")
    .option("--kit <file>", "also as a sheet to print, with the words on it")
    .action(async ({ kit }: { kit?: string }, command: Command) => {
      const { options, ocmt, unlocked, passphrase } = await open(command);
      const { shown: recoveryPhrase, keep } = await unlocked.ways.prepareRecoveryPhrase(passphrase);
      note("Your twelve new words, shown this once. Whoever has them can open the vault:");
      show({ recoveryPhrase }, [recoveryPhrase], options);
      if (kit) await writeKit(ocmt, unlocked.account, kit, { kind: "phrase", words: recoveryPhrase });
      const typed = await askLine(AGAIN);
      if (wordsOf(typed) !== recoveryPhrase) throw new UsageError(`These are not the words shown. ${UNCHANGED}`);
      await keep();
      note(KEPT);
    });
}

const AGAIN = "Type it from where you kept it";
const UNCHANGED = "Nothing was changed.";
const KEPT = "Kept. It opens the vault from now on, and one from before no more.";

async function open(command: Command) {
  const options: Options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const unlocked = await openUnlocked(ocmt);
  return { options, ocmt, unlocked, passphrase: await askSecret("Vault passphrase") };
}

const bare = (text: string): string => text.trim().replace(/[ -]/g, "");
const wordsOf = (text: string): string => text.trim().toLowerCase().split(/\s+/).join(" ");

async function removeKey({ api }: Ocmt, { ways }: Unlocked, passphrase: string): Promise<void> {
  const { slots } = await api.keyring.getKeyring({});
  const slot = slots.find(({ type }) => type === "hardware_key");
  if (!slot) throw new NotFound("There is no recovery key.");
  await ways.remove(passphrase, slot.id);
}

export async function writeKit(
  ocmt: Ocmt,
  account: Unlocked["account"],
  path: string,
  secret: KitSecret,
): Promise<string> {
  const { memberships } = await ocmt.api.identity.me({});
  const organisation = memberships.find(({ tenantId }) => tenantId === account.tid)?.name ?? "";
  const keyId = keyIdOf(account.root.rootSign.publicKey);
  const facts = { organisation, address: ocmt.url, email: ocmt.email, keyId, madeAt: new Date(), secret };
  const sheet = { name: "ocmt-recovery-kit.pdf", mediaType: "application/pdf", parts: [await drawKit(facts)] };
  return writeOpenedFile(path, sheet);
}
