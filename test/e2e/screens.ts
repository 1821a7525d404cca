import { STATES } from "./sheet/all-states.ts";
import { writeSheet } from "./sheet/take.ts";
import { takeState } from "./sheet/take-states.ts";
import { startBrowser } from "./support/browser.ts";

// Pictures of the prepared states alone, for someone at work on a page: `node test/e2e/screens.ts [name]` while a build is
// served at SCREENS_ORIGIN (vite preview, or a running product). `npm run test:e2e` takes them all.
const origin = process.env["SCREENS_ORIGIN"] ?? "http://127.0.0.1:5210";
const wanted = process.argv[2] ?? "";

const browser = await startBrowser();
const faults: string[] = [];
for (const state of STATES.filter(({ name }) => name.includes(wanted))) {
  const found = await takeState(browser, origin, state);
  console.log(`${found.length === 0 ? "ok   " : "FAULT"} ${state.name}`);
  faults.push(...found);
}
await browser.close();
await writeSheet();
console.log(faults.join("\n"));
process.exitCode = faults.length > 0 ? 1 : 0;
