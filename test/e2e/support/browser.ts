import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const FLAGS = [
  ...["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
export type SizeName = keyof typeof SIZES;

/** The Chromium of the machine; CHROMIUM names another one. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });

/** One device of one person: its own storage and cookies, and everything its pages complained about. */
export interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What a page threw or wrote as an error, and what a policy refused. */
  readonly complaints: string[];
  /** What any of its pages was answered with 400 or more, which stands in the console of whoever looks. */
  readonly refused: string[];
}

export interface DeviceOptions {
  readonly size?: SizeName | { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

export async function openDevice(browser: Browser, origin: string, options: DeviceOptions = {}): Promise<Device> {
  const { size = "desktop", colorScheme = "light" } = options;
  const viewport = typeof size === "string" ? SIZES[size] : size;
  const context = await browser.newContext({ baseURL: origin, viewport, colorScheme, reducedMotion: "reduce" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const page = await context.newPage();
  const complaints: string[] = [];
  const refused: string[] = [];
  context.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400) refused.push(`${response.status()} ${response.request().method()} ${pathname}`);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !isRefusal(message.text())) complaints.push(message.text());
  });
  return { context, page, complaints, refused };
}

/** Chromium writes a line for each answer of 400 and more. Those are the API's refusals, which a page may expect. */
const isRefusal = (text: string): boolean => text.startsWith("Failed to load resource: the server responded");

const FOLDER = join(import.meta.dirname, "../screens");

/** For `afterEach`: every device of a test that failed, each under its own name. */
export const keepFailures =
  (what: string, devices: () => Readonly<Record<string, Device>>) =>
  async ({ task }: { task: { readonly name: string; readonly result?: { readonly state?: string } } }) => {
    if (task.result?.state !== "fail") return;
    for (const [name, device] of Object.entries(devices())) await keepFailure(device, `${what} ${name} ${task.name}`);
  };

/** What a page looked like when a test of it failed, beside the other pictures; and all it complained about, in the output. */
export async function keepFailure({ page, complaints }: Device, name: string): Promise<void> {
  const plain = name.replace(/\W+/g, "-");
  const file = `failed-${plain}.png`;
  await page.screenshot({ path: join(FOLDER, file) }).catch(() => undefined);
  const tree = await page
    .locator("main")
    .first()
    .ariaSnapshot()
    .catch(() => "no page");
  await writeFile(join(FOLDER, `failed-${plain}.txt`), tree);
  console.log(`${page.url()} at the failure, pictured in ${file}; complaints: ${complaints.join("\n") || "none"}`);
}
