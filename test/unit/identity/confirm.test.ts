import { beforeEach, describe, expect, it } from "vitest";
import { recognise } from "#lambdas/authorizer/recognise.ts";
import { revokeSession } from "#lambdas/identity/sessions/sessions.ts";
import { readClaims } from "#platform/rules/authorizer-claims.ts";
import type { Person } from "#platform/rules/context.ts";
import { httpEvent } from "#test/support/http-event.ts";
import { Browser, openIdentity } from "#test/support/identity.ts";

const EMAIL = "ann@example.org";
const EIGHT_MINUTES = 8 * 60_000;
const CONFIRM = "/v1/auth/links/confirm";
const CONFIRM_CODE = "/v1/auth/links/confirm-code";

describe("a person who confirms that it is them", () => {
  let deployment: ReturnType<typeof openIdentity>;
  let browser: Browser;
  let accessToken: string;
  beforeEach(async () => {
    deployment = openIdentity();
    browser = new Browser(deployment);
    accessToken = (await browser.signIn(EMAIL)).body.accessToken;
    browser.token = deployment.world.admit(await who(accessToken));
    deployment.world.turn(EIGHT_MINUTES);
  });

  const who = async (token: string): Promise<Person> => {
    const claims = await recognise(token, deployment.tokens, deployment.world.data);
    return readClaims(httpEvent("GET /", { authorizer: { ...claims } })) as Person;
  };
  const ask = async (email = EMAIL, from = browser) => (await from.post("/v1/auth/links", { email })).body.linkId;
  const secret = () => deployment.mail.secret();
  const age = async (token = accessToken) => deployment.world.clock.getTime() / 1000 - (await who(token)).authTime;

  it("F16 makes this session count as just signed in, at once for the token that is out too", async () => {
    const { sessionId } = await who(accessToken);
    const cookie = browser.cookies.get("__Secure-ocmt_session");
    await ask();
    expect(await age()).toBe(EIGHT_MINUTES / 1000);
    const { status, body } = await browser.post(CONFIRM, { secret: secret() });
    expect(status).toBe(200);
    expect(await who(body.accessToken)).toMatchObject({ sessionId });
    expect([await age(), await age(body.accessToken)]).toEqual([0, 0]);
    expect(browser.cookies.get("__Secure-ocmt_session")).toBe(cookie);
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 200 });
    expect(deployment.world.auditEvents()).toEqual(["session.started", "session.confirmed"]);
  });

  it("may type the six digits of a link that was opened elsewhere", async () => {
    const linkId = await ask();
    const { code } = (await new Browser(deployment).post("/v1/auth/links/code", { secret: secret() })).body;
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    expect(await browser.post(CONFIRM_CODE, { linkId, code: wrong })).toMatchObject({
      body: { code: "link.code_wrong" },
    });
    expect(await age()).toBe(EIGHT_MINUTES / 1000);
    expect(await browser.post(CONFIRM_CODE, { linkId, code })).toMatchObject({ status: 200 });
    expect(await age()).toBe(0);
  });

  it("F04 has five tries, counted with those of signing in", async () => {
    const linkId = await ask();
    const { code } = (await new Browser(deployment).post("/v1/auth/links/code", { secret: secret() })).body;
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    for (let n = 0; n < 3; n++) await browser.post(CONFIRM_CODE, { linkId, code: wrong });
    for (let n = 0; n < 2; n++) await browser.post("/v1/auth/links/redeem-code", { linkId, code: wrong });
    expect(await browser.post(CONFIRM_CODE, { linkId, code })).toMatchObject({ body: { code: "link.invalid" } });
    expect(await age()).toBe(EIGHT_MINUTES / 1000);
  });

  it("F04 uses the link up: of two at once one does it, and nobody signs in with it", async () => {
    await ask();
    const answers = await Promise.all([1, 2].map(() => browser.post(CONFIRM, { secret: secret() })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410]);
    expect(await browser.post("/v1/auth/links/redeem", { secret: secret() })).toMatchObject({ status: 410 });
  });

  it("F16 cannot do it by a link to an address of somebody else, which stays good for them", async () => {
    await ask("bob@example.org");
    expect(await browser.post(CONFIRM, { secret: secret() })).toMatchObject({
      ...{ status: 403, body: { code: "link.other_address" } },
    });
    await new Browser(deployment).signIn("cleo@example.org");
    const linkId = await ask("cleo@example.org");
    const { code } = (await new Browser(deployment).post("/v1/auth/links/code", { secret: secret() })).body;
    expect(await browser.post(CONFIRM_CODE, { linkId, code })).toMatchObject({ body: { code: "link.other_address" } });
    expect(await age()).toBe(EIGHT_MINUTES / 1000);
    expect(await browser.post("/v1/auth/links/redeem", { secret: secret() })).toMatchObject({ status: 200 });
  });

  it("F16 cannot do it for whoever has the token and not the browser that asked, nor the mailbox", async () => {
    const linkId = await ask();
    const { code } = (await new Browser(deployment).post("/v1/auth/links/code", { secret: secret() })).body;
    const thief = new Browser(deployment);
    thief.token = browser.token;
    expect(await thief.post(CONFIRM, { secret: secret() })).toMatchObject({ body: { code: "link.other_browser" } });
    expect(await thief.post(CONFIRM_CODE, { linkId, code })).toMatchObject({ body: { code: "link.invalid" } });
    expect(await age()).toBe(EIGHT_MINUTES / 1000);
    expect(await browser.post(CONFIRM, { secret: secret() })).toMatchObject({ status: 200 });
  });

  it("is not taken for signed in once the session was ended", async () => {
    const ann = await who(accessToken);
    await ask();
    await revokeSession(deployment.world.personCtx(ann), { sessionId: ann.sessionId });
    expect(await browser.post(CONFIRM, { secret: secret() })).toMatchObject({ body: { code: "session.ended" } });
    expect(deployment.world.auditEvents()).toEqual(["session.started", "session.ended"]);
  });
});
