import type { Page } from "playwright-core";
import type { Agent } from "#shared/contracts/agents.ts";
import { makeDeviceKeys } from "#shared/crypto/account/identity.ts";
import { newId } from "#shared/ids.ts";
import { makeLaunchKey, signLaunch } from "#test/support/fake-agent.ts";
import { agentIn, withAgent, withVault } from "./account-world.ts";
import { type Answers, ok, problem } from "./answers.ts";
import { me, signedIn } from "./people-world.ts";
import { type State, statesOf } from "./state.ts";
import { crashed, opened } from "./states-agents.ts";

const first = { organisation: true, passphrase: false, recovery: false, agent: false, firstMessage: false };
const at = (done: Partial<typeof first>): Answers => ({
  ...withVault,
  "GET /v1/onboarding": ok({ ...first, ...done }),
});
const start = statesOf("start", "/start");
const another = statesOf("start", "/start?new=true");

const founder = me("owner");
const free = { "GET /v1/tenant-slugs/*": ok({ slug: "example-works", available: true, reason: "free" }) };
const nowhere: Answers = {
  ...withVault,
  ...free,
  "GET /v1/me": ok({ ...founder, memberships: [], session: { ...founder.session, tenantId: null } }),
  // must not be asked before there is an organisation: the answer would stand on the page
  "GET /v1/onboarding": problem("tenant.not_found"),
};

const second = {
  tenantId: newId("tenant", new Date()),
  name: "A second organisation with a long name",
  slug: "second",
};
const withSecond: Answers = {
  "GET /v1/me": ok({ ...founder, memberships: [...founder.memberships, { ...second, role: "member" }] }),
};

const lastStep = (agent: Agent): Answers => ({
  ...withAgent(agent),
  "GET /v1/onboarding": ok({ ...first, passphrase: true, recovery: true, agent: true }),
});

/** Deployed, started, and then the line broke before its secrets were sealed. */
const unsealed = agentIn("locked");
const launch = signLaunch(
  { agentId: unsealed.id, generation: unsealed.generation, launchKey: makeLaunchKey() },
  newId("task", new Date()),
  makeDeviceKeys(),
);
const brokenOff: Answers = {
  ...lastStep(unsealed),
  [`GET /v1/agents/${unsealed.id}/envelope`]: ok(null),
  [`GET /v1/agents/${unsealed.id}/launch`]: ok(launch),
};

const almostLocked = async (page: Page) => {
  await page.clock.install();
  await page.clock.fastForward("14:32");
};

export const START: readonly State[] = [
  start("organisation", nowhere, "example-works is free.", (page) =>
    page.getByLabel("Name", { exact: true }).fill("Example Works"),
  ),
  another("another", { ...signedIn("owner"), ...free }, "Back to Example Works"),
  start("passphrase-weak", at({}), "Not strong enough", async (page) => {
    await page.getByLabel("Passphrase", { exact: true }).fill("password1");
  }),
  start("came-back-locked", { ...at({ passphrase: true }), ...withSecond }, "Unlock your vault"),
  start("came-back-for-words", at({ passphrase: true }), "new ones are drawn", opened()),
  start("locking", at({ passphrase: true, recovery: true }), /^The vault locks in/, opened(almostLocked)),
  start("agent", at({ passphrase: true, recovery: true }), "Deploy agent", opened()),
  start("crashed", lastStep(crashed), "did not start", opened()),
  start("broken-off", brokenOff, "its secrets were not sealed", opened()),
  start("all-done", withVault, "Go to the chat"),
];
