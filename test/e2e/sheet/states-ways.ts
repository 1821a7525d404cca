import type { Page } from "playwright-core";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { addPasskey, renewRecoveryKey } from "#shared/client/change-keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { hardwareKeyText } from "#shared/crypto/slots/hardware-key.ts";
import { unlockToRecovery, withVault } from "./account-world.ts";
import { type Answers, ok } from "./answers.ts";
import { keyring, made, PASSPHRASE } from "./keyring-world.ts";
import { ago } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";

/** Every way to open a vault: on the card where it is opened, and in the settings where the ways are made. */
const now = new Date(ago(12 * 86_400_000));
const withKey = await renewRecoveryKey(keyring, made.account, PASSPHRASE, { deriveArgon2id, now });
const keyed: Keyring = { ...keyring, ...withKey.request, recoveryKeyCheckedAt: ago(12 * 86_400_000) };
const bytes = sha256(new Uint8Array(1));
const passkey = { credentialId: bytes.subarray(0, 16), prfOutput: bytes };
const means = { deriveArgon2id, now, pin: withKey.pin };
const full: Keyring = {
  ...keyed,
  ...(await addPasskey(keyed, made.account, { present: PASSPHRASE, passkey }, means)).request,
};
const otherKey = hardwareKeyText(bytes.subarray(0, 20));

const all: Answers = { ...withVault, "GET /v1/keyring": ok(full) };
const unproven: Answers = { ...withVault, "GET /v1/keyring": ok({ ...full, recoveryKeyCheckedAt: null }) };
const locked = statesOf("ways", "/agents");
const settings = statesOf("ways", "/settings/recovery");

const typeKey = (text: string) => async (page: Page) => {
  await press("Use the recovery key")(page);
  await page.getByLabel(/^Recovery key/).fill(text);
};
const makeKey = async (page: Page) => {
  await unlockToRecovery(page);
  await press("Make a recovery key")(page);
  await page.getByRole("dialog").getByLabel("Vault passphrase").fill(PASSPHRASE);
  await press("Make the key")(page);
  await page.getByRole("button", { name: "I have kept it" }).waitFor({ timeout: 30_000 });
};
const opening = (act: (page: Page) => Promise<void>) => async (page: Page) => {
  await unlockToRecovery(page);
  await act(page);
};

export const WAYS: readonly State[] = [
  locked("locked-all", all, "Use the recovery key"),
  locked("locked-key", all, "0 of 36 characters.", press("Use the recovery key")),
  locked("locked-key-strange", all, "in no recovery key", typeKey(`${withKey.recoveryKey.slice(0, 20)}0lO1`)),
  locked(
    "locked-key-mistyped",
    all,
    "do not fit the rest",
    typeKey(withKey.recoveryKey.replace(/.$/, (c) => (c === "A" ? "B" : "A"))),
  ),
  locked("locked-key-other", all, "not the one of this vault", async (page) => {
    await typeKey(otherKey)(page);
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
  }),
  locked("locked-passkey-number", all, "belongs to an address with a name", press("Use a passkey")),
  settings("settings-locked", all, "Unlock the vault to make the sheet."),
  settings("settings-none", withVault, "Make a recovery key", unlockToRecovery),
  settings("settings-all", all, "Key id of your present keys", unlockToRecovery),
  settings("settings-unproven", unproven, "You have not shown yet that you hold the key", unlockToRecovery),
  settings("settings-key-ask", withVault, "shown once", opening(press("Make a recovery key"))),
  settings("settings-key-shown", withVault, "Nobody has a copy.", makeKey),
  settings("settings-key-other", withVault, "not the one shown", async (page) => {
    await makeKey(page);
    await press("I have kept it")(page);
    await page.getByRole("dialog").getByRole("textbox").fill(otherKey);
  }),
  settings("settings-key-remove", all, "opens this vault no more", opening(press("Remove the recovery key"))),
  settings("settings-words-ask", all, "Twelve new words", opening(press("Replace the words"))),
  settings("settings-passkey-remove", all, "It opens this vault no more", opening(press("Remove passkey"))),
];
