import type { Page } from "playwright-core";
import { goTo } from "../support/places.ts";
import { withVault } from "./account-world.ts";
import { type Answers, problem, type Serve } from "./answers.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";
import { fillVault, login, many } from "./vault-items.ts";

const empty = await fillVault([]);
const some = await fillVault();
const large = await fillVault(many(600));

const vault = statesOf("vault", "/vault");
const item = (of: { readonly first: string }) => statesOf("vault", `/vault/${of.first}`);
const withItems = (of: { readonly answers: Answers }): Answers => ({ ...withVault, ...of.answers });

/** The same vault, of which the service forgets an item. */
const lying = await fillVault(undefined, (serve): Serve => {
  return async (request) => {
    const response = await serve(request);
    if (!request.url.includes("/items?")) return response;
    const page = (await response.json()) as { items: unknown[] }; // listItems
    return Response.json({ ...page, items: page.items.slice(1) });
  };
});

/** The same vault, of which it forgets an item that the page has read. */
let isForgetting = false;
const forgetting = await fillVault(undefined, (serve): Serve => {
  return async (request) => {
    const response = await serve(request);
    if (!isForgetting || !request.url.includes("/items?")) return response;
    const page = (await response.json()) as { items: { id: string }[] }; // listItems
    return Response.json({ ...page, items: page.items.filter(({ id }) => id !== forgetting.first) });
  };
});
const comeBackForgotten = async (page: Page) => {
  isForgetting = false;
  await opened()(page);
  await page.getByText(/^\d+ items$/).waitFor();
  isForgetting = true;
  await forgetting.book.save(forgetting.world.newItem(), login("Another", "ada", "")); // so that the list is read again
  await goTo(page, "Agents");
  await page.getByRole("heading", { name: "Agents" }).waitFor();
  await goTo(page, "Vault");
};

/** The same vault, of which another device changes the first item while this one writes. */
const contested = await fillVault();
const changeElsewhere = async () => {
  const { book, first } = contested;
  const id = first as `itm_${string}`;
  const { entry, content, version } = await book.read(id);
  await book.save({ id, version }, { entry, content });
};

/** The same vault, of a service that is away after it was read. */
let isAway = false;
const left = await fillVault(
  undefined,
  (serve): Serve =>
    async (request) =>
      isAway && /\/vaults\/./.test(request.url) ? Response.json(away.body, { status: away.status }) : serve(request),
);
const away = problem("internal");
const comeBack = async (page: Page) => {
  isAway = false;
  await opened()(page);
  await page.getByText("6 items", { exact: true }).waitFor();
  isAway = true;
  await goTo(page, "Agents");
  await page.getByRole("heading", { name: "Agents" }).waitFor();
  await goTo(page, "Vault");
};

/** However many there are, few of them stand in the page; and the last of them is come to. */
const scrollToEnd = async (page: Page) => {
  const list = page.getByRole("list", { name: "Items" });
  const demandFew = async () => {
    const rows = await list.getByRole("listitem").count();
    if (rows === 0 || rows > ROWS_MAX) throw new Error(`${rows} rows stand in the page`);
  };
  await page.getByText("600 items", { exact: true }).waitFor(); // all are read and checked
  await demandFew();
  const scrollTo = (top: number) => list.evaluate((element, to) => element.parentElement?.scrollTo(0, to), top);
  await scrollTo(1e9);
  await list.locator("[aria-posinset='600']").getByRole("button").waitFor();
  await demandFew();
  await scrollTo(0);
  await list.locator("[aria-posinset='1']").waitFor();
};
const ROWS_MAX = 60;

const write = async (page: Page) => {
  await page.getByLabel("Address", { exact: true }).fill("https://changed.example");
};

export const VAULT: readonly State[] = [
  vault("locked", withItems(some), "Unlock your vault"),
  vault("empty", withItems(empty), "Nothing is kept here yet", opened()),
  vault(
    "loading",
    { ...withVault, "ANY /v1/vaults*": async () => new Promise<Response>(() => undefined) },
    "Loading",
    opened(),
  ),
  vault("list", withItems(some), "6 items", opened()),
  vault("seal", withItems(some), "cannot tell whether it is shown an older state of it", opened(press("Sealed"))),
  vault("large", withItems(large), "600 items", opened(scrollToEnd)),
  vault("old", withItems(left), "This is the list as it was read last", comeBack),
  vault(
    "searched",
    withItems(some),
    "1 of 6 items",
    opened((page) => page.getByLabel("Search names").fill("bank")),
  ),
  vault(
    "none-found",
    withItems(some),
    "No item fits",
    opened((page) => page.getByLabel("Search names").fill("zebra")),
  ),
  vault(
    "chosen",
    withItems(some),
    "2 chosen",
    opened(async (page) => {
      await page.getByLabel("Choose Mail").check();
      await page.getByLabel("Choose Calendar").check();
    }),
  ),
  vault(
    "removing",
    withItems(some),
    "nobody can bring it back",
    opened(async (page) => {
      await page.getByLabel("Choose Mail").check();
      await press("Remove")(page);
    }),
  ),
  vault("refused", withItems(lying), "This is not your vault as you left it", opened()),
  vault("refused-named", withItems(forgetting), "Gone without having been removed: “Savings bank”", comeBackForgotten),
  vault("unreachable", { ...withVault, "GET /v1/vaults": problem("internal") }, "Something went wrong", opened()),
  vault("new", withItems(empty), "Discard", opened(press("New item"))),
  statesOf("vault", "/vault/new-note")("new-note", withItems(empty), "Discard", opened()),
  item(some)(
    "item",
    withItems(some),
    "Savings bank",
    opened((page) => page.getByRole("heading", { name: "Savings bank" }).waitFor()),
  ),
  item(some)("item-shown", withItems(some), "Hide", opened(press("Show password"))),
  item(some)("item-changed", withItems(some), "Not saved yet", opened(write)),
  item(contested)(
    "item-contested",
    withItems(contested),
    "This item was changed on another device",
    opened(async (page) => {
      await write(page);
      await changeElsewhere();
      await press("Save")(page);
    }),
  ),
  statesOf("vault", "/vault/itm_00000000000000000000000000")(
    "item-gone",
    withItems(some),
    "There is no such item",
    opened(),
  ),
];
