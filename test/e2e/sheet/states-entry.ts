import type { Page } from "playwright-core";
import { newId } from "#shared/ids.ts";
import { type Answers, ok, problem } from "./answers.ts";
import { signedIn, tenant } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";

const SECRET = "A".repeat(43);
const LATER = new Date(Date.now() + 900_000).toISOString();
const away: Answers = {
  "POST /v1/auth/refresh": problem("session.ended"),
  "GET /local.json": ok({ stage: "local", mailboxUrl: "/mailbox" }),
};
const asked: Answers = {
  ...away,
  "POST /v1/auth/links": { status: 202, body: { linkId: newId("link", new Date()), expiresAt: LATER } },
};
const fresh = { accessToken: "fresh", expiresAt: LATER, tenantId: tenant.id };
const submit = async (page: Page) => {
  await page.getByLabel("E-mail address").fill("ada@example.org");
  await press("Send sign-in link")(page);
};
const typeDigits = async (page: Page) => {
  await submit(page);
  await page.getByLabel(/six digits/).fill("123456");
  await press("Sign in with the digits")(page);
};

const signIn = statesOf("sign-in", "/");
const link = statesOf("link", `/link#${SECRET}`);
const invite = statesOf("invite", `/invite#${SECRET}`);
const code = ok({ code: "481920", device: "Firefox on Linux", expiresAt: LATER });

export const ENTRY: readonly State[] = [
  signIn("first", away, "Send sign-in link"),
  statesOf("sign-in", "/vault")("first-of-all", away, "Sign in first."),
  signIn("sent", asked, "Open the local mailbox", async (page) => {
    await submit(page);
    await page.getByText("Check your mail").waitFor();
    await page.reload(); // the digits of the link may still be typed
  }),
  signIn("too-many", { ...away, "POST /v1/auth/links": problem("request.too_many") }, "Too many requests.", submit),
  signIn(
    "code-wrong",
    { ...asked, "POST /v1/auth/links/redeem-code": problem("link.code_wrong") },
    "not right",
    typeDigits,
  ),
  signIn(
    "code-ended",
    { ...asked, "POST /v1/auth/links/redeem-code": problem("link.invalid") },
    "no longer valid",
    typeDigits,
  ),
  signIn("sent-again", asked, "a new link", async (page) => {
    await submit(page);
    await press("Send a new link")(page);
  }),
  link("refused", { ...away, "POST /v1/auth/links/redeem": problem("internal") }, "Not signed in yet"),
  link("ended", { ...away, "POST /v1/auth/links/redeem": problem("link.invalid") }, "This link cannot be used"),
  link("used", { ...away, "POST /v1/auth/links/redeem": problem("link.used") }, "This link was used"),
  link("expired", { ...away, "POST /v1/auth/links/redeem": problem("link.expired") }, "This link has expired"),
  link("confirmed", { ...signedIn("owner"), "POST /v1/auth/links/confirm": ok(fresh) }, "It is you"),
  link(
    "other-browser",
    {
      ...away,
      "POST /v1/auth/links/redeem": problem("link.other_browser"),
      "POST /v1/auth/links/code": code,
    },
    "481920",
  ),
  invite("signed-out", { ...away, "POST /v1/invites/show": problem("auth.required") }, "Sign in to answer"),
  invite(
    "asked",
    {
      ...signedIn("owner"),
      "POST /v1/invites/show": ok({ tenantName: tenant.name, role: "member", expiresAt: LATER }),
    },
    "Join Example Works",
  ),
  invite("ended", { ...signedIn("owner"), "POST /v1/invites/show": problem("invite.expired") }, "cannot be used"),
  invite(
    "other-address",
    { ...signedIn("owner"), "POST /v1/invites/show": problem("invite.other_address") },
    "for someone else",
  ),
];
