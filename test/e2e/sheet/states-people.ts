import type { Page } from "playwright-core";
import { newId } from "#shared/ids.ts";
import { type Answers, never, ok, problem } from "./answers.ts";
import { ada, ago, keys, sessions, signedIn } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";

const owner = signedIn("owner");
const alone = {
  "GET /v1/members": ok({ items: [ada], cursor: null }),
  "GET /v1/invites": ok({ items: [], cursor: null }),
};
const people = statesOf("people", "/people");

const stale: Answers = {
  ...owner,
  "POST /v1/api-keys": problem("auth.stale"),
  "DELETE /v1/members/*": problem("auth.stale"),
  "POST /v1/auth/links": { status: 202, body: { linkId: newId("link", new Date()), expiresAt: ago(-900_000) } },
  "POST /v1/auth/links/confirm-code": problem("link.code_wrong"),
};

export const PEOPLE: readonly State[] = [
  people("everyone", owner, "linus@example.org"),
  people("alone-last-owner", { ...owner, ...alone }, /last owner/),
  people("without-rights", signedIn("member"), /Owners and admins invite/),
  people("loading", { ...owner, "GET /v1/members": never, "GET /v1/invites": never }, "Loading"),
  people("refused", { ...owner, "GET /v1/members": problem("request.too_many") }, "Too many requests."),
  people("invite", owner, "Send invite", press("Invite people")),
  people(
    "invite-refused",
    { ...owner, "POST /v1/invites": problem("quota.exceeded", { what: "users", limit: 3, current: 3 }) },
    "limit is reached",
    async (page) => {
      await press("Invite people")(page);
      await page.getByLabel("E-mail addresses").fill("new@example.org, second@example.org");
      await press("Send 2 invites")(page);
    },
  ),
  people("change-role", owner, /^Make linus/, async (page) => {
    await press("Change role of linus@example.org")(page);
    await page.getByRole("radio", { name: /Admin/ }).check();
  }),
  people(
    "change-role-conflict",
    { ...owner, "PATCH /v1/members/*": problem("request.conflict") },
    "Someone changed this",
    async (page) => {
      await press("Change role of linus@example.org")(page);
      await page.getByRole("radio", { name: /Admin/ }).check();
      await press(/^Make linus/)(page);
    },
  ),
  people("remove-confirm", stale, "You signed in more than five minutes ago", async (page) => {
    await press("Remove linus@example.org")(page);
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Remove/ })
      .click();
  }),
  people("remove", owner, "no longer open anything", press("Remove linus@example.org")),
];

const secret = `ocmt_live_${"Ab3dE5fG7h".repeat(3)}x9Yz01`;
const newKey = { ...keys[0], id: newId("apiKey", new Date()), name: "Deploy script", secret };
const confirmDigits = async (page: Page) => {
  await createKey(page);
  await press("Create API key")(page);
  await press("Send the link")(page);
};
const settings = (name: string, section: string, ...rest: [State["answers"], State["shows"], State["act"]?]): State =>
  statesOf("settings", `/settings/${section}`)(name, ...rest);
const createKey = async (page: Page) => {
  await press("New API key")(page);
  await page.getByLabel("Name", { exact: true }).fill("Deploy script");
  await page.getByRole("checkbox", { name: /agents:read/ }).check();
};

export const SETTINGS: readonly State[] = [
  settings("profile", "profile", owner, "Appearance"),
  settings("security", "security", owner, "this device"),
  settings(
    "security-alone",
    "security",
    { ...owner, "GET /v1/sessions": ok({ items: sessions.slice(0, 1) }) },
    "this device",
  ),
  settings("security-everywhere", "security", owner, "End all 3 sessions", press("Sign out everywhere")),
  settings("security-refused", "security", { ...owner, "GET /v1/sessions": problem("internal") }, "on our side"),
  settings("keys", "api-keys", owner, "Nightly report"),
  settings("keys-none", "api-keys", { ...owner, "GET /v1/api-keys": ok({ items: [] }) }, "No API key yet"),
  settings("keys-observer", "api-keys", signedIn("observer"), "An observer has no API keys"),
  settings("keys-new", "api-keys", owner, "Ends after", createKey),
  settings(
    "keys-shown-once",
    "api-keys",
    { ...owner, "POST /v1/api-keys": { status: 201, body: newKey } },
    "It is shown this once",
    async (page) => {
      await createKey(page);
      await press("Create API key")(page);
    },
  ),
  settings("keys-confirm", "api-keys", stale, "We sent a link to", confirmDigits),
  settings("keys-confirm-wrong", "api-keys", stale, "That code is not right", async (page) => {
    await confirmDigits(page);
    await page.getByLabel(/six digits/).fill("123456");
    await press("Confirm with the digits")(page);
  }),
  settings("keys-confirm-left", "api-keys", stale, "Confirm first that it is you", async (page) => {
    await createKey(page);
    await press("Create API key")(page);
    await press("Leave it")(page);
  }),
  settings("keys-revoke", "api-keys", owner, "refused within five seconds", press("Revoke Nightly report")),
  settings("recovery", "recovery", owner, "Ways to open your vault"),
  settings("devices", "devices", owner, "Safari on iOS"),
  settings(
    "devices-none",
    "devices",
    { ...owner, "GET /v1/devices": ok({ items: [], revocations: null }) },
    "No device yet",
  ),
  settings("organisation", "organisation", owner, "Requests a minute"),
  settings("organisation-member", "organisation", signedIn("member"), "Owners and admins rename"),
];
