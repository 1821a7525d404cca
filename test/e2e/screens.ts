import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Page } from "playwright-core";
import { describeError, type ErrorCode } from "#shared/errors.ts";

// Pictures of the pages against a mocked API: `node test/e2e/screens.ts`, while `vite preview` serves frontend/dist.
const ORIGIN = process.env["SCREENS_ORIGIN"] ?? "http://127.0.0.1:5210";
const FOLDER = join(import.meta.dirname, "screens");
const SECRET = "A".repeat(43);
const LATER = "2099-01-01T00:00:00.000Z";
const ULID = "01K0000000000000000000000A";

type Answer = { readonly status: number; readonly body: unknown };
const ok = (body: unknown): Answer => ({ status: 200, body });
const problem = (code: ErrorCode): Answer => {
  const { status, title, fix } = describeError(code);
  return { status, body: { type: "about:blank", title, status, code, fix, request_id: `req_${ULID}` } };
};

const token = ok({ accessToken: "token", expiresAt: LATER, tenantId: null });
const away = {
  "/v1/auth/refresh": problem("session.ended"),
  "/local.json": ok({ mailbox: true, mailboxUrl: "/mailbox" }),
};
const asked = { ...away, "/v1/auth/links": { ...ok({ linkId: `lnk_${ULID}`, expiresAt: LATER }), status: 202 } };
const me = ok({
  user: { id: `usr_${ULID}`, email: "ada@example.org" },
  session: { id: `ses_${ULID}`, tenantId: null },
  memberships: [{ tenantId: `ten_${ULID}`, name: "Example Works", slug: "example", role: "owner" }],
});

interface Screen {
  readonly name: string;
  readonly path: string;
  readonly api: Readonly<Record<string, Answer>>;
  readonly act?: (page: Page) => Promise<void>;
  readonly shows: string;
}

const submit = async (page: Page) => {
  await page.getByLabel("E-mail address").fill("ada@example.org");
  await page.getByRole("button", { name: "Send sign-in link" }).click();
};
const wrongCode = async (page: Page) => {
  await submit(page);
  await page.getByLabel(/six digits/).fill("123456");
  await page.getByRole("button", { name: "Sign in with the digits" }).click();
};
const code = ok({ code: "481920", device: "Firefox on Linux", expiresAt: LATER });
const redeem = "/v1/auth/links/redeem";
const redeemCode = "/v1/auth/links/redeem-code";

const SCREENS: readonly Screen[] = [
  { name: "sign-in", path: "/", api: away, shows: "Send sign-in link" },
  { name: "sign-in-sent", path: "/", api: asked, act: submit, shows: "Open the local mailbox" },
  {
    name: "sign-in-too-many",
    path: "/",
    api: { ...away, "/v1/auth/links": problem("request.too_many") },
    act: submit,
    shows: "Too many requests.",
  },
  {
    name: "sign-in-code-wrong",
    path: "/",
    api: { ...asked, [redeemCode]: problem("link.code_wrong") },
    act: wrongCode,
    shows: "That code is not right.",
  },
  {
    name: "link-ended",
    path: `/link#${SECRET}`,
    api: { ...away, [redeem]: problem("link.invalid") },
    shows: "This link cannot be used",
  },
  {
    name: "link-other-browser",
    path: `/link#${SECRET}`,
    api: { ...away, [redeem]: problem("link.other_browser"), "/v1/auth/links/code": code },
    shows: "481920",
  },
  {
    name: "link-signed-in",
    path: `/link#${SECRET}`,
    api: { ...away, [redeem]: token, "/v1/me": me },
    shows: "Example Works",
  },
  {
    name: "home-signed-out",
    path: "/home",
    api: { ...away, "/v1/me": problem("auth.required") },
    shows: "You are not signed in",
  },
];

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
] as const;

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: "--no-sandbox --disable-dev-shm-usage --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(
    " ",
  ),
});
await mkdir(FOLDER, { recursive: true });
const faults: string[] = [];
const files: string[] = [];

async function take(screen: Screen, viewport: (typeof SIZES)[number], colorScheme: "light" | "dark"): Promise<void> {
  const file = `${screen.name}-${viewport.width}-${colorScheme}.png`;
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  try {
    await page.route(/\/(v1\/.*|local\.json)$/, (route) => {
      const answer = screen.api[new URL(route.request().url()).pathname] ?? problem("route.not_found");
      return route.fulfill({ status: answer.status, json: answer.body });
    });
    await page.goto(ORIGIN + screen.path);
    await screen.act?.(page);
    await page.getByText(screen.shows).first().waitFor({ timeout: 5000 });
    if (page.url().includes("#")) faults.push(`${file}: the secret is still in the address`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (wide) faults.push(`${file}: scrolls sideways`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, help } of violations) faults.push(`${file}: ${id}: ${help}`);
  } catch (error) {
    faults.push(`${file}: ${String(error).split("\n")[0]}`);
  }
  await page.screenshot({ path: join(FOLDER, file) });
  files.push(file);
  await page.context().close();
}

for (const screen of SCREENS) {
  for (const size of SIZES) for (const scheme of ["light", "dark"] as const) await take(screen, size, scheme);
}
await browser.close();
const figures = files.map(
  (file) => `<figure><img src="screens/${file}" width="360" alt=""><figcaption>${file}</figcaption></figure>`,
);
await writeFile(
  join(import.meta.dirname, "screens.html"),
  `<!doctype html><title>Screens</title>${figures.join("\n")}\n`,
);
console.log(`${files.length} pictures, ${faults.length} faults\n${faults.join("\n")}`);
process.exitCode = faults.length > 0 ? 1 : 0;
