import type { Page } from "playwright-core";
import type { HeldShare, OwnRecovery, RecoverySet } from "#shared/contracts/recovery.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { ownerFingerprintOf } from "#shared/crypto/recovery/sealed-share.ts";
import { newId } from "#shared/ids.ts";
import { unlockToRecovery } from "./account-world.ts";
import { type Answers, ok, problem } from "./answers.ts";
import { fillCircle } from "./circle.ts";
import { keyring, made, place } from "./keyring-world.ts";
import { ago } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";

/** Recovery by contacts: who holds a share, who asks for one, and what every page says meanwhile. */
const { answers, others, mine } = await fillCircle();
const contacts = others.map(({ userId }) => userId);
const bytes = encodeBase64url(new Uint8Array(32).fill(5));
const known = await Promise.all(contacts.map((id) => mine.contact(id)));
const sealedTo = known.map(({ bundleHash }) => encodeBase64url(bundleHash));
const [setId, slotId] = [newId("shareSet", new Date()), newId("slot", new Date())];
const { genesisKey } = await mine.contact(place.uid);
const ownerFingerprint = encodeBase64url(ownerFingerprintOf({ tid: place.tid, uid: place.uid, genesisKey }));
const body = {
  setId,
  slotId,
  threshold: 2,
  commit: bytes,
  ownerFingerprint,
  bundleHash: encodeBase64url(made.account.bundleHash),
};
const set: RecoverySet = { ...body, contacts, sealedTo, createdAt: ago(9 * 86_400_000), isAlive: true };
const asked = {
  ...{ id: newId("recovery", new Date()), setId, ephemeralKey: encodeBase64url(makeKemKeys().publicKey) },
  ...{ startedAt: ago(3 * 3_600_000), collectableAt: ago(-45 * 3_600_000), expiresAt: ago(-16 * 86_400_000) },
};
const own: OwnRecovery = { ...asked, released: contacts.slice(0, 1), device: "Firefox on Windows", place: "unknown" };
const news = (recovery: OwnRecovery) => ok({ items: [recovery], more: false });

const chosen: Answers = { ...answers, "GET /v1/recovery/set": ok({ set }) };
const dead: Answers = { ...answers, "GET /v1/recovery/set": ok({ set: { ...set, isAlive: false } }) };
const stale = (...sealedTo: string[]): Answers => ({
  ...answers,
  "GET /v1/recovery/set": ok({ set: { ...set, sealedTo } }),
});
const alarmed: Answers = { ...chosen, "GET /v1/recovery/recoveries": news(own) };
const holding = (...recoveries: HeldShare["recoveries"]): Answers => {
  const held = (ownerId: (typeof contacts)[number], asks: HeldShare["recoveries"]) => ({
    ...{ ...body, ownerId, count: 3, share: "AAAA", recoveries: asks },
  });
  const items = contacts.slice(0, 2).map((ownerId, i) => held(ownerId, i === 0 ? recoveries : []));
  return { ...answers, "GET /v1/recovery/held": ok({ items }) };
};
/** A browser that lost everything, and what the service says when so many have given their share by then. */
const lost = (recovery: OwnRecovery): Answers => ({
  ...chosen,
  "GET /v1/keyring": ok({ ...keyring, slots: [...keyring.slots, { id: slotId, type: "contacts", blob: "AAAA" }] }),
  "POST /v1/recovery/recoveries": { status: 201, body: { ...recovery, released: [] } },
  "GET /v1/recovery/recoveries": news(recovery),
  [`GET /v1/recovery/recoveries/${recovery.id}/releases`]: ok({
    recovery,
    releases: recovery.released.map((contactId) => ({ contactId, bundleHash: bytes, release: "AAAA" })),
  }),
});
const ready: OwnRecovery = { ...own, collectableAt: ago(60_000), released: contacts.slice(0, 2) };

/** It was asked, and then cancelled on another device. */
const cancelled: Answers = {
  ...lost(own),
  [`GET /v1/recovery/recoveries/${own.id}/releases`]: problem("recovery.not_found"),
};
const other = { ...lost(ready), "GET /v1/recovery/set": ok({ set: { ...set, ownerFingerprint: bytes } }) };

const settings = statesOf("recovery", "/settings/recovery");
const card = statesOf("recovery", "/vault");
const opening = (act: (page: Page) => Promise<void>) => async (page: Page) => {
  await unlockToRecovery(page);
  await act(page);
};
const ask = async (page: Page) => {
  await press("Ask your contacts")(page);
  await page.getByText("Every device of yours is told").waitFor();
  await press("Ask your contacts")(page);
};
const pick = async (page: Page) => {
  await press("Choose contacts")(page);
  const people = page.getByRole("dialog").getByRole("checkbox");
  for (const at of [0, 1]) await people.nth(at).check();
};
const hear = (words: string) => async (page: Page) => {
  await page.getByLabel(/^The six words/).fill(words);
  await press("Release the share")(page);
};
const asks = { ...asked, isReleased: false };

export const RECOVERY: readonly State[] = [
  settings("none", answers, "Unlock the vault to choose contacts."),
  settings("choose", answers, "2 of them who agree", opening(pick)),
  settings("contacts", chosen, "Choose other contacts", unlockToRecovery),
  settings("contacts-dead", dead, /open nothing/, unlockToRecovery),
  settings("contacts-stale", stale(...sealedTo.with(0, bytes)), "Only 2 of your contacts", unlockToRecovery),
  settings("contacts-few", stale(bytes, bytes, ...sealedTo.slice(2)), "they open nothing", unlockToRecovery),
  settings("contacts-remove", chosen, "Nobody finds a share", opening(press("Remove the contacts"))),
  settings("news", alarmed, "It was not me: cancel it", unlockToRecovery),
  settings("news-locked", alarmed, /were asked to open/),
  settings("held", holding(), "They ask for nothing.", unlockToRecovery),
  settings("held-asked", holding(asks), "Unlock your vault to release it."),
  settings("held-words", holding(asks), /The six words .* read to you/, unlockToRecovery),
  settings("held-given", holding({ ...asked, isReleased: true }), "You have released your share.", unlockToRecovery),
  settings("held-refused", holding(asks), /does not open with your keys/, opening(hear("one two three four five six"))),
  card("ask", lost(own), "Every device of yours is told", press("Ask your contacts")),
  card("asked", lost(own), "Shares released: 1. Needed: 2.", ask),
  card("asked-cancelled", cancelled, "What this browser asked for is over", ask),
  card("asked-ready", lost(ready), "The wait is over.", ask),
  card("asked-refused", lost(ready), "Not usable is what came from", async (page) => {
    await ask(page);
    await press("Open the vault")(page);
  }),
  card("asked-other", other, "not those your contacts", async (page) => {
    await ask(page);
    await press("Open the vault")(page);
  }),
];
