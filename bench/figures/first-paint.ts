import type { Answers } from "../../test/e2e/sheet/answers.ts";
import { many } from "../../test/e2e/sheet/vault-items.ts";
import type { Bench, Figure } from "../figure.ts";
import { openPages, serveVault } from "../places/browser-page.ts";

/** P12 on the screen: how long somebody looks at nothing who opens the page of a large vault. */
const FEW = 10;
const MANY = 10_000;
const filled = new Map<number, Promise<Answers>>();

function vaultOf(count: number): Promise<Answers> {
  const known = filled.get(count) ?? serveVault(count);
  filled.set(count, known);
  return known;
}

async function prepareLarge() {
  const large = await vaultOf(MANY);
  const pages = await openPages();
  await pages.demandWhole(large, MANY); // what was asked of the API is remembered from here on
  return { pages, measureOurs: () => pages.openVault(large), end: pages.end };
}

async function prepareSmallPeer(): Promise<Bench> {
  const { pages, ...ours } = await prepareLarge();
  const small = await vaultOf(FEW);
  await pages.demandWhole(small, FEW);
  return { ...ours, measurePeer: () => pages.openVault(small) };
}

async function preparePlainPeer(): Promise<Bench> {
  const { pages, ...ours } = await prepareLarge();
  const rows = many(MANY).map(({ entry: { name, detail } }) => ({ name, detail }));
  await pages.openPlain(rows);
  return { ...ours, measurePeer: () => pages.openPlain(rows) };
}

const common = {
  what: `a vault of ${MANY} items, in Chromium: from the click on it to the first painted row`,
  unit: "ms",
  pairs: 11,
} as const;

export const firstPaint: readonly Figure[] = [
  {
    ...common,
    id: "P12.first_paint",
    peer: `the same page with ${FEW} items`,
    target: { atMost: 1.2 },
    note: "the built web app on a device that is unlocked and has not seen the vault; its chain, manifest and names are opened in the page. The API's answers were made before and are handed over by the browser's driver.",
    prepare: prepareSmallPeer,
  },
  {
    ...common,
    id: "P12.first_paint_plain",
    peer: "a plain page that opens one AES-GCM blob of the same names by WebCrypto and draws them all",
    target: { atMost: 1 },
    note: "the plain page trusts whoever serves it: no chain of members, no signature, no key of an item. It draws 10,000 rows at once, ours those in sight.",
    prepare: preparePlainPeer,
  },
];
