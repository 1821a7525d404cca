import type { Command } from "commander";
import type { LeftBehind, RotationProgress } from "#shared/client/rotation/finish-rotation.ts";
import { makePassphrase } from "#shared/crypto/slots/passphrase.ts";
import type { Ocmt } from "../../../ocmt.ts";
import type { KnownFactor, Unlocked } from "../../../unlocked.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { UsageError } from "../../failure.ts";
import { show } from "../../output.ts";
import { askSecret, note } from "../../terminal.ts";
import { askHeld } from "../recovery/recovery.ts";

export function addKeys(program: Command): void {
  const keys = program.command("keys").description("the keys of the account");
  keys
    .command("rotate")
    .description("another root key, another passphrase and twelve new words; the old ones open nothing any more")
    .option("--words", "by the twelve recovery words, not the passphrase")
    .option("--key", "by the recovery key, not the passphrase")
    .action(async (by: { words?: true; key?: true }, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const factor = (await askHeld(by)) ?? { passphrase: await askSecret("Present passphrase") };
      const changed = await rotate(ocmt, factor);
      show(changed.facts, changed.lines, options);
    });
  keys
    .command("passphrase")
    .description("another passphrase for the same vault; words, key and everything sealed stay as they are")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { ways } = await openUnlocked(ocmt);
      const present = await askSecret("Present passphrase");
      const { text, isMade } = await askNewPassphrase([ocmt.email, present]);
      await ways.changePassphrase(present, text);
      if (isMade) note(`Your new passphrase: ${text}`);
      const facts = { changed: true, ...(isMade ? { passphrase: text } : {}) };
      show(facts, ["Changed. The old passphrase opens this vault no more."], options);
    });
  keys
    .command("finish")
    .description("go on with a change of keys that was broken off")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const unlocked = await openUnlocked(ocmt);
      const wasOpen = unlocked.account.carried !== undefined;
      const { isFinished, left, lines } = await finish(ocmt, unlocked);
      const said = isFinished ? ["Everything is under the new keys."] : [];
      const facts = { finished: wasOpen && isFinished, left };
      show(facts, wasOpen ? [...said, ...lines] : ["Nothing is left to do."], options);
    });
}

/** The words are shown before anything else is done: whoever breaks off afterwards has them. */
export async function rotate(ocmt: Ocmt, factor: KnownFactor) {
  const passphrase = await askNewPassphrase([ocmt.email, ...("passphrase" in factor ? [factor.passphrase] : [])]);
  const { recoveryPhrase, unlocked } = await ocmt.changeKeys(factor, passphrase.text);
  if (passphrase.isMade) note(`Your new passphrase: ${passphrase.text}`);
  note("Your twelve new words. Write them down; they are shown only now:");
  note(recoveryPhrase);
  const { left, lines: more } = await finish(ocmt, unlocked);
  const { sessionKey } = unlocked;
  const facts = { recoveryPhrase, sessionKey, left, ...(passphrase.isMade ? { passphrase: passphrase.text } : {}) };
  const lines = ["Changed. The old passphrase and the old words open nothing any more.", ...more];
  return { unlocked, facts, undone: more, lines: [...lines, `export OCMT_SESSION=${sessionKey}`] };
}

/** @param own what somebody who knows them would try first */
async function askNewPassphrase(own: readonly string[]): Promise<{ readonly text: string; readonly isMade: boolean }> {
  const typed = await askSecret("New passphrase (nothing: one is made)");
  if (typed === "") return { text: makePassphrase(), isMade: true };
  const { ratePassphrase } = await import("#shared/client/rate-passphrase.ts"); // its dictionaries are most of what ocmt is made of
  const { isEnough, says } = ratePassphrase(typed, own);
  if (!isEnough) throw new UsageError(`${says} Nothing typed: one is made.`);
  if ((await askSecret("New passphrase again")) !== typed)
    throw new UsageError("The two new passphrases differ. Nothing was changed.");
  return { text: typed, isMade: false };
}

const NAMES: Record<RotationProgress["what"], string> = {
  vaults: "vaults",
  items: "items of your vault",
  agents: "agents",
};

/** What was brought under the new keys and what was not, in words and by id. */
export async function finish(ocmt: Ocmt, unlocked: Unlocked) {
  const behind = await ocmt.finishKeys(unlocked, ({ what, done, of }) =>
    note(`Sealed anew: ${done} of ${of} ${NAMES[what]}`),
  );
  const { vaults, agents, keyKept } = behind;
  const stuck = [...vaults, ...agents].map(
    ({ id, name, error }) => `Not under the new keys yet: ${name ?? "your own vault"} (${id}). ${error.message}`,
  );
  const again = stuck.length > 0 ? ["Nothing is lost. Try these again: ocmt keys finish"] : [];
  const kept = keyKept.map(
    ({ id, name }) =>
      `${name} (${id}) goes on with the key from before until somebody who looks after it unlocks a browser.`,
  );
  const idsOf = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);
  const left = { vaults: idsOf(vaults), agents: idsOf(agents), keyKept: idsOf(keyKept) };
  return { isFinished: stuck.length === 0, left, lines: [...stuck, ...again, ...kept, ...countsOf(behind)] };
}

function countsOf({ offers, received, given }: LeftBehind): string[] {
  const said: [number, string][] = [
    [offers.length, "vaults that were offered to you have to be offered again"],
    [received.length, "items shared with you come again when who shared them next opens their vault"],
    [given.length, "items that you share could not be signed anew: share them again"],
  ];
  return said.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}.`);
}
