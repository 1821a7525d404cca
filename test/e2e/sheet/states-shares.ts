import { withVault } from "./account-world.ts";
import { type Answers, problem, type Serve } from "./answers.ts";
import { slowly } from "./group-vaults.ts";
import { fillAged, fillShares } from "./shared-items.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";

/** Items that are shared one by one: the giver's side, the receiver's, and a vault whose key is due. */
const some = await fillShares();
const aged = await fillAged();

const withShares = (more: Answers = {}): Answers => ({ ...withVault, ...some.answers, ...more });
const vault = statesOf("shares", "/vault");
const item = statesOf("shares", `/vault/${some.first}`);
const exposed = (await some.book.list()).find(({ entry }) => entry?.exposedAt !== undefined);
if (!exposed) throw new Error("One item of the sheet was opened and taken back.");
const stuck: Answers = {
  ...withVault,
  "ANY /v1/vaults*": slowly(aged["ANY /v1/vaults*"] as Serve, ({ method }) => method === "POST"),
};

/** The same, of which the service shows another item's entry in the place of the one that was shared. */
const lying = withShares({
  "ANY /v1/shares/*": async (request) => {
    const serve = some.answers["ANY /v1/shares/*"] as Serve;
    const response = await serve(request);
    const body = (await response.json()) as { sealed?: string };
    return Response.json({ ...body, ...(body.sealed && { sealed: `${body.sealed.slice(0, -8)}AAAAAAAA` }) });
  },
});

export const SHARES: readonly State[] = [
  vault("received", withShares(), "shares an item with you", opened()),
  vault("opened", withShares(), "User name", opened(press("Open Mail"))),
  vault("refused", lying, "was not signed by", opened()),
  vault("key-due", stuck, "is being changed now", opened()),
  item("given", withShares(), "opened 1 of 5 times", opened()),
  item(
    "form",
    withShares(),
    "Offer it to linus@example.org",
    opened(async (page) => {
      await press("Share this item")(page);
      await page.getByLabel("With whom").selectOption("linus@example.org");
    }),
  ),
  item(
    "form-refused",
    withShares({ [`POST /v1/vaults/${some.book.vaultId}/shares`]: problem("internal") }),
    "Something went wrong",
    opened(async (page) => {
      await press("Share this item")(page);
      await page.getByLabel("With whom").selectOption("linus@example.org");
      await press("Offer it to linus@example.org")(page);
    }),
  ),
  item("taking-back", withShares(), "Take back and change its keys", opened(press(/^Take back from grace/))),
  statesOf("shares", `/vault/${exposed.id}`)("exposed", withShares(), "It is changed there", opened()),
];
