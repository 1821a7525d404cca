import type { Page } from "playwright-core";
import { makeKeyring } from "#shared/client/keyring.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { newId } from "#shared/ids.ts";
import { goTo } from "../support/places.ts";
import { unlock, withVault } from "./account-world.ts";
import { type Answers, ok, problem, type Serve } from "./answers.ts";
import { fillGroup, type SheetGroup, slowly, swapping } from "./group-vaults.ts";
import { ada } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";

const managed = await fillGroup("manage");
const read = await fillGroup("read");
const listed = await fillGroup("list");
const offered = await fillGroup("read", false);

/** A colleague who was invited and has set up nothing yet. */
const keyless: Member = { ...ada, userId: newId("user", new Date()), email: "kay@example.org", role: "member" };
const everybody: Answers = {
  "GET /v1/members": ok({ items: [ada, ...managed.colleagues.map(({ member }) => member), keyless], cursor: null }),
};

/** Verified once, and other keys in their place now. */
const deceived = await fillGroup("manage");
const [grace] = deceived.colleagues;
if (!grace) throw new Error("there are colleagues");
await deceived.mine.verify(await deceived.mine.contact(grace.member.userId));
const { tid, uid } = grace.account;
const cheap = { deriveArgon2id: async () => new Uint8Array(32), now: new Date(Date.now() - 86_400_000) };
const invented = await makeKeyring({ tid, uid }, "of the server", cheap);

/** Somebody was removed, and nothing is sealed anew yet: the service is slow to give what is in the items. */
const removed = await fillGroup("manage");
const linus = removed.colleagues[1];
if (!linus) throw new Error("there are colleagues");
await (await removed.mine.open(removed.vaultId)).removeMember(linus.member.userId);
const stuck: Answers = {
  ...removed.answers,
  "ANY /v1/vaults*": slowly(removed.answers["ANY /v1/vaults*"] as Serve, ({ url }) => /\/items\/itm_/.test(url)),
};
/** The same, and it does not answer. */
const unanswered: Answers = {
  ...removed.answers,
  "ANY /v1/vaults*": (request) =>
    /\/items\/itm_/.test(request.url)
      ? Promise.resolve(Response.json({}, { status: 503 }))
      : (removed.answers["ANY /v1/vaults*"] as Serve)(request),
};

/** One of them, who may write, left something that nobody can open, before the other was removed. */
const spoiled = await fillGroup("manage");
const [writer, leaver] = spoiled.colleagues;
const [victim] = await (await spoiled.mine.open(spoiled.vaultId)).list();
if (!writer || !leaver || !victim) throw new Error("there are colleagues, and items");
await writer.api.answerVault({ vaultId: spoiled.vaultId, answer: "accept" });
await spoiled.world.poison(writer, spoiled.vaultId, { at: victim, part: "contentKek" });
await (await spoiled.mine.open(spoiled.vaultId)).removeMember(leaver.member.userId);

/** The vault of the organisation, which somebody has not been offered and somebody has left. */
const whole = await fillGroup("manage", true, "tenant");
const left = await fillGroup("manage", true, "tenant");
const without: Answers = {
  ...left.answers,
  "ANY /v1/vaults*": slowly(left.answers["ANY /v1/vaults*"] as Serve, ({ url }) => url.endsWith("/steps")),
  "GET /v1/members": ok({ items: [ada], cursor: null }),
};

const at = (of: SheetGroup, page = "groups") => statesOf(page, of.path);
const onItem = (of: SheetGroup) => statesOf("groups", `${of.path}/${of.first}`);
const withGroup = (answers: Answers): Answers => ({ ...withVault, ...answers });
const goToPeople = async (page: Page) => {
  await unlock(page);
  await goTo(page, "People");
};
const openMembers = (page: Page) => page.getByRole("button", { name: /people$/ }).click();
const compareWith =
  (alter = (line: string) => line) =>
  async (page: Page) => {
    await openMembers(page);
    await press("Compare the vault with another member")(page);
    await page.getByRole("button", { name: managed.vaultId }).waitFor();
    await page.getByLabel("Their line").fill(alter(await (await managed.mine.open(managed.vaultId)).checkpoint()));
    await press("Compare")(page);
  };
const openChanged = async (page: Page) => {
  await openMembers(page);
  await press(/^Keys changed/)(page);
};

export const GROUPS: readonly State[] = [
  statesOf("people", "/agents")(
    "keys",
    {
      ...withGroup(managed.answers),
      [`GET /v1/members/${keyless.userId}/identity`]: problem("identity.not_found"),
      ...everybody,
    },
    "No keys yet",
    async (page) => {
      await goToPeople(page);
      await page.getByRole("button", { name: "Unverified: linus@example.org" }).waitFor();
    },
  ),
  statesOf("people", "/agents")(
    "keys-changed",
    withGroup(swapping(deceived, grace.member.userId, invented.request.bundle)),
    "Keys changed",
    goToPeople,
  ),
  statesOf("people", "/agents")(
    "removed-rotating",
    { ...withGroup(stuck), "GET /v1/members": ok({ items: [ada, removed.colleagues[0]?.member], cursor: null }) },
    "The key of “Finance” has changed. Sealing the items anew: 0 of 6",
    goToPeople,
  ),
  statesOf("groups", "/vault")("offered", withGroup(offered.answers), "is shared with you", opened()),
  statesOf("groups", "/vault")(
    "new",
    withGroup(managed.answers),
    "You look after it",
    opened(press("New shared vault")),
  ),
  at(managed)("list", withGroup(managed.answers), "6 items", opened()),
  at(managed)("seal", withGroup(managed.answers), "What to do", opened(press(/^Sealed, 2 unverified/))),
  at(managed)("members", withGroup(managed.answers), /^Unverified/, opened(openMembers)),
  at(removed)(
    "adding",
    withGroup(stuck),
    "Share with linus@example.org",
    opened(async (page) => {
      await openMembers(page);
      await page.getByLabel("Add somebody").selectOption("linus@example.org");
    }),
  ),
  at(removed)(
    "adding-custom",
    withGroup(stuck),
    "to nobody more than they may themselves",
    opened(async (page) => {
      await openMembers(page);
      await page.getByLabel("Add somebody").selectOption("linus@example.org");
      await page.getByLabel(/^Custom/).check();
      await page.getByLabel(/^share/).check();
    }),
  ),
  at(managed)(
    "custom-rights",
    withGroup(managed.answers),
    "Rights of linus@example.org",
    opened(async (page) => {
      await openMembers(page);
      await page.getByLabel("What linus@example.org may do").selectOption("Custom…");
      await page.getByLabel(/^write/).check();
    }),
  ),
  at(managed)(
    "comparing",
    withGroup(managed.answers),
    "It is the same number",
    opened(async (page) => {
      await openMembers(page);
      await press(/^Unverified: linus/)(page);
    }),
  ),
  at(managed)("compared", withGroup(managed.answers), "The same: both of you see one vault.", opened(compareWith())),
  at(managed)(
    "compared-forked",
    withGroup(managed.answers),
    "You two are not shown one vault",
    opened(compareWith((line) => line.replace(/[^.]+$/, "A".repeat(43)))), // the end of another chain of as many steps
  ),
  at(managed)(
    "removing",
    withGroup(managed.answers),
    "Remove and change the key",
    opened(async (page) => {
      await openMembers(page);
      await press("Remove linus@example.org")(page);
    }),
  ),
  at(deceived)(
    "keys-changed",
    withGroup(swapping(deceived, grace.member.userId, invented.request.bundle)),
    "These are not the keys you have verified",
    opened(openChanged),
  ),
  at(deceived)(
    "number-differs",
    withGroup(swapping(deceived, grace.member.userId, invented.request.bundle)),
    "That is not the number of the keys the service shows",
    opened(async (page) => {
      await openChanged(page);
      await page.getByLabel("The number they read to you").fill("12345 ".repeat(12));
      await press("Compare")(page);
    }),
  ),
  at(removed)("sealing-anew", withGroup(stuck), "Sealing the items anew", opened()),
  statesOf("groups", "/agents")(
    "sealing-elsewhere",
    withGroup(stuck),
    "The key of “Finance” has changed. Sealing the items anew: 0 of 6",
    unlock,
  ),
  at(spoiled)("spoiled", withGroup(spoiled.answers), "no key of this vault opens it", opened()),
  at(removed)(
    "sealing-later",
    withGroup(unanswered),
    "0 of 6 items are sealed under it; the rest follows when the service answers",
    opened(),
  ),
  at(whole)("whole-tenant", withGroup(whole.answers), "Not in this vault yet", opened()),
  at(left)("left-tenant", withGroup(without), "left the organisation", opened()),
  onItem(read)(
    "item-read",
    withGroup(read.answers),
    "Savings bank",
    opened((page) => page.getByRole("heading", { name: "Savings bank" }).waitFor()),
  ),
  onItem(listed)("item-listed", withGroup(listed.answers), "You hold no key for it", opened()),
];
