import { serveWeb } from "#test/support/serve-web.ts";
import { STATES } from "./sheet/all-states.ts";
import { writeSheet } from "./sheet/take.ts";
import { takeState } from "./sheet/take-states.ts";
import { startBrowser } from "./support/browser.ts";

// Pictures of the prepared states alone, for someone at work on a page: `node test/e2e/screens.ts [name]`.
// `npm run test:e2e` takes them all.
const web = await serveWeb();
const wanted = process.argv[2] ?? "";

const browser = await startBrowser();
const faults: string[] = [];
for (const state of STATES.filter(({ name }) => name.includes(wanted))) {
  const found = await takeState(browser, web.url, state);
  console.log(`${found.length === 0 ? "ok   " : "FAULT"} ${state.name}`);
  faults.push(...found);
}
await browser.close();
await web.close();
await writeSheet();
console.log(faults.join("\n"));
process.exitCode = faults.length > 0 ? 1 : 0;
