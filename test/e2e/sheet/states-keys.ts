import type { Page } from "playwright-core";
import { makeKeyring } from "#shared/client/keyring.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { newId } from "#shared/ids.ts";
import { goToSetting } from "../support/places.ts";
import { unlockByPhrase } from "../support/unlock.ts";
import { unlock, withVault } from "./account-world.ts";
import { type Answers, never, ok, problem } from "./answers.ts";
import { made, PASSPHRASE, place } from "./keyring-world.ts";
import { ago } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";

/** A change of all keys, from the settings or after the recovery phrase. */
const keys = statesOf("keys", "/agents");
const NEXT = "walnut harbor pixel tundra ember saddle orbit";
const kept = (sent: unknown) => ({ ...Object(sent), recoveryCheckedAt: null, createdAt: ago(0), updatedAt: ago(0) });

/** The next root is kept, and the sealing under it takes its time. */
const sealing: Answers = { ...withVault, "PUT /v1/keyring": { status: 200, body: kept }, "GET /v1/vaults": never };

/** Everything but one vault that others have too, which the service does not show. */
const finance = newId("vault", new Date());
const inTrouble: Answers = {
  ...sealing,
  "GET /v1/vaults": ok({
    items: [{ id: finance, kind: "group", name: "Finance", state: "accepted", rights: ["list"] }],
  }),
  [`GET /v1/vaults/${finance}`]: problem("internal"),
};

const old = await makeKeyring(place, PASSPHRASE, {
  deriveArgon2id: async () => sha256(new Uint8Array(1)), // nobody opens it
  now: new Date(ago(400 * 86_400_000)),
});
const due: Answers = {
  ...withVault,
  [`GET /v1/members/${place.uid}/identity`]: ok({ userId: place.uid, bundles: [old.request.bundle] }),
};

const openForm = async (page: Page) => {
  await unlock(page);
  await goToSetting(page, "Security");
  await press("Change all keys")(page);
};
const fill = async (page: Page) => {
  await page.getByLabel("Next passphrase", { exact: true }).fill(NEXT);
  await page.getByLabel("Next passphrase again").fill(NEXT);
  await page.getByText("Strong.").waitFor();
};
const fillAll = (present: string) => async (page: Page) => {
  await openForm(page);
  await page.getByLabel("Passphrase as it is now").fill(present);
  await fill(page);
  await press("Change all keys")(page);
};
const recover = (page: Page) => unlockByPhrase(page, made.recoveryPhrase);

export const KEYS: readonly State[] = [
  keys("form", withVault, "Next passphrase again", openForm),
  keys("wrong", withVault, "Nothing was changed", fillAll("not the one there is")),
  keys("words", sealing, "I have written them down", fillAll(PASSPHRASE)),
  keys("recovered", withVault, "You are back. Take new keys", recover),
  keys("recovered-words", sealing, "Sealing everything under your new keys", async (page) => {
    await recover(page);
    await fill(page);
    await press("Change all keys")(page);
    await page.getByText("I have written them down").waitFor();
  }),
  keys(
    "unfinished",
    { ...sealing, "GET /v1/vaults": problem("internal") },
    "Not everything is under your new keys yet",
    fillAll(PASSPHRASE),
  ),
  keys("left", inTrouble, "Not under your new keys yet: the vault “Finance”", fillAll(PASSPHRASE)),
  keys("due", due, "more than a year old", unlock),
];
