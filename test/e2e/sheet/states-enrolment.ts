import type { Page } from "playwright-core";
import type { AskingDevice, OwnEnrolment } from "#shared/contracts/enrolments.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type EnrolmentRequest, sealEnrolment, wordsOfEnrolment } from "#shared/crypto/enrolment/request.ts";
import { makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { newId } from "#shared/ids.ts";
import { unlock, withVault } from "./account-world.ts";
import { type Answers, ok, problem } from "./answers.ts";
import { made, place } from "./keyring-world.ts";
import { ago } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";

/** A device that asks to be let in: its own card, and what stands over the pages of one whose vault is open. */
const MINUTE_MS = 60_000;
const ephemeralKey = makeKemKeys().publicKey;
const blind = new Uint8Array(32).fill(3);
const requestOf = (name: string): EnrolmentRequest => ({
  ...{ ...place, urkGen: made.account.root.urkGen, ephemeralKey, name, enrolmentId: newId("enrolment", new Date()) },
});
const itemOf = (request: EnrolmentRequest, minutes: number): AskingDevice => ({
  ...{ id: request.enrolmentId, request: encodeBase64url(sealEnrolment(request, blind)), isOwn: false },
  ...{ askedAt: ago(minutes * MINUTE_MS), expiresAt: ago((minutes - 10) * MINUTE_MS) },
});
const phone = requestOf("Safari on iPhone");
const longNamed = requestOf("ocmt on a-machine-with-a-rather-long-name.of.some.department.example.org");
const words = wordsOfEnrolment(phone, blind).join(" ");
const asking = (...items: AskingDevice[]): Answers => ({ ...withVault, "GET /v1/enrolments": ok({ items }) });
const one = asking(itemOf(phone, 1));
const letInAt = `POST /v1/enrolments/${phone.enrolmentId}/let-in`;

const openNews = async (page: Page) => {
  await unlock(page);
  await page.getByLabel(/^The six words/).waitFor({ timeout: 20_000 });
};
const type = (typed: string) => async (page: Page) => {
  await openNews(page);
  await page.getByLabel(/^The six words/).fill(typed);
  await press("Let it in")(page);
};

/** A locked browser that has asked, and how far the service says it is. */
const askedAs = (state: OwnEnrolment["state"], more: Answers = {}): Answers => {
  const own = () => ({ id: phone.enrolmentId, state, askedAt: ago(0), expiresAt: ago(-10 * MINUTE_MS) }); // ten minutes from its asking
  return {
    ...withVault,
    "POST /v1/enrolments": { status: 201, body: (sent: unknown) => ({ ...own(), id: Object(sent).id }) },
    "GET /v1/enrolments/*": ok(own()),
    "POST /v1/enrolments/*": ok({ done: true }),
    ...more,
  };
};
const ask = async (page: Page) => {
  await press("Use another device of yours")(page);
  await press("Show the six words")(page);
};
const forged = ok({ deviceId: newId("device", new Date()), cert: "AAAA", sealed: "AAAA" });

const card = statesOf("enrolment", "/agents");
const news = statesOf("newcomer", "/agents");

export const ENROLMENT: readonly State[] = [
  card("ask", askedAs("pending"), "without the passphrase", press("Use another device of yours")),
  card("waiting", askedAs("pending"), "Waiting for your other device.", ask),
  card("denied", askedAs("denied"), "turned this one away", ask),
  card("expired", askedAs("expired"), "The ten minutes are over", ask),
  card("cancelled", askedAs("cancelled"), "This request was taken back", ask),
  card("taken", askedAs("taken"), "can be had once", ask),
  card("forged", askedAs("answered", { "POST /v1/enrolments/*": forged }), "does not come from a device", ask),
  card("too-many", { ...withVault, "POST /v1/enrolments": problem("enrolment.too_many") }, "Three devices are", ask),
  news("one", one, "asks to be let in to your vault", openNews),
  news("two", asking(itemOf(phone, 1), itemOf(longNamed, 4)), "rather-long-name", openNews),
  news("other-words", one, "No device that asks shows these words.", type("one two three four five six")),
  news("let-in", { ...one, [letInAt]: ok({ done: true }) }, "was let in", type(words)),
  news("late", { ...one, [letInAt]: problem("enrolment.expired") }, "The ten minutes of this request", type(words)),
];
