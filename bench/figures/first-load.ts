import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Bench, Figure } from "../figure.ts";
import { openFirstVisits } from "../places/first-visit.ts";
import { bundleReact } from "../places/react-alone.ts";

/**
 * P13: what a browser has to fetch of JavaScript, as it was built and gzipped, and when it takes what one types. A chunk counts with
 * everything it imports at once; what it imports later counts only where a step leads there.
 */
const DIST = resolve("frontend", "dist");
const ASSETS = join(DIST, "assets");

/** Pages that lead to the first message, without the chat itself; and the worker that stretches the passphrase. */
const FIRST_STEPS = ["index", "sign-in-page"];
const BEFORE_CHAT = [
  ...FIRST_STEPS,
  "link-page",
  "start-page",
  "home-page",
  "agents-page",
  "agent-page",
  "argon2.worker",
];

async function prepare(steps: readonly string[]): Promise<Bench> {
  if (!existsSync(ASSETS)) throw new Error("npm run build first: there is no frontend/dist");
  const ours = kilobytesOf(chunksOf(steps).map((name) => readFileSync(join(ASSETS, name))));
  const peer = kilobytesOf([await bundleReact()]);
  return { measureOurs: async () => ours, measurePeer: async () => peer };
}

const kilobytesOf = (files: readonly Uint8Array[]): number =>
  files.reduce((sum, file) => sum + gzipSync(file).length, 0) / 1024;

function chunksOf(steps: readonly string[]): string[] {
  const all = readdirSync(ASSETS).filter((name) => name.endsWith(".js"));
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const needed of importsOf(name)) add(needed);
  };
  for (const step of steps) {
    const roots = all.filter(
      (name) => name.startsWith(`${step}-`) && name.length === step.length + "-12345678.js".length,
    );
    if (roots.length === 0) throw new Error(`the web app has no chunk "${step}" any more`);
    const entry = step === "index" ? roots.filter((name) => isEntry(name)) : roots;
    for (const root of entry) add(root);
  }
  return [...found];
}

const isEntry = (name: string): boolean => readFileSync(join(DIST, "index.html"), "utf8").includes(`/assets/${name}"`);

/** Imports that hold a module up; `import("…")` waits until it is asked for. */
const importsOf = (name: string): string[] =>
  [...readFileSync(join(ASSETS, name), "utf8").matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)].map(
    ([, file = ""]) => file,
  );

const common = { peer: "React and its DOM alone", unit: "KB gzip", target: { oursAtMost: 250 }, pairs: 1 } as const;

export const firstLoad: readonly Figure[] = [
  { ...common, id: "P13.first", what: "JavaScript until the sign-in page", prepare: () => prepare(FIRST_STEPS) },
  {
    ...common,
    id: "P13.before_chat",
    what: "JavaScript of every step before the chat, with the passphrase's worker",
    prepare: () => prepare(BEFORE_CHAT),
  },
  // Lighthouse calls up to 3.8 s fast
  {
    id: "P13.interactive",
    what: "the first visit in Chromium, its processor slowed to a quarter: from the navigation until the sign-in page's field has a typed letter and no task over 50 ms is left",
    peer: "React and its DOM alone with one field, served alike",
    unit: "ms",
    target: { oursAtMost: 3_800 },
    pairs: 11,
    note: "the built web app from this machine, so the network costs nothing. Keys are pressed one after the other from the navigation on; what comes after the letter counts until a second passes without a long task.",
    async prepare() {
      const { ours, plain, end } = await openFirstVisits();
      return { measureOurs: ours, measurePeer: plain, end };
    },
  },
];
