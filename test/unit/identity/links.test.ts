import { beforeEach, describe, expect, it, vi } from "vitest";
import { Browser, openIdentity } from "#test/support/identity.ts";

const EMAIL = "ann@example.org";
const MINUTE = 60_000;

describe("a sign-in link", () => {
  let deployment: ReturnType<typeof openIdentity>;
  let browser: Browser;
  beforeEach(() => {
    deployment = openIdentity();
    browser = new Browser(deployment);
  });
  const ask = (from = browser) => from.post("/v1/auth/links", { email: EMAIL });
  const redeem = (from = browser, secret = deployment.mail.secret()) => from.post("/v1/auth/links/redeem", { secret });

  it("opens a session in the browser that asked, and makes the person at the first time only", async () => {
    await ask();
    const first = await redeem();
    expect(first).toMatchObject({ status: 200, body: { tenantId: null } });
    const one = await deployment.tokens.verify(first.body.accessToken, deployment.world.now());
    const two = await deployment.tokens.verify((await browser.signIn(EMAIL)).body.accessToken, deployment.world.now());
    expect(one?.sub).toBe(two?.sub);
    expect(one).toMatchObject({ typ: "access", amr: ["link"] });
    expect([...deployment.pool.users.values()]).toEqual([EMAIL]);
    expect(deployment.world.auditEvents()).toEqual(["session.started", "session.started"]);
  });

  it("is sent to the address, with its secret where no server sees it", async () => {
    await browser.post("/v1/auth/links", { email: " Ann@Example.ORG " });
    const [letter] = deployment.mail.letters;
    expect(letter?.to).toBe(EMAIL);
    expect(letter?.text).toMatch(/https:\/\/ocmt\.example\/link#[\w-]{43}\s/);
    expect(letter?.html).toContain(`link#${deployment.mail.secret()}`);
  });

  it("keeps neither its secret nor the browser's in the table", async () => {
    await ask();
    const kept = JSON.stringify([...deployment.world.store.rows]);
    expect(kept).not.toContain(deployment.mail.secret());
    for (const value of browser.cookies.values()) expect(kept).not.toContain(value);
  });

  it("F04 gives one session to a hundred redemptions at once", async () => {
    await ask();
    const answers = await Promise.all(Array.from({ length: 100 }, () => redeem()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.code))).toEqual(
      new Set(["link.invalid"]), // found open, and lost
    );
    expect(deployment.world.auditEvents()).toEqual(["session.started"]);
  });

  it("F04 works once", async () => {
    await ask();
    await redeem();
    expect(await redeem()).toMatchObject({ status: 410, body: { code: "link.used" } });
  });

  it("F04 is not used up by anything but a redemption: every route that takes its secret is a POST", async () => {
    await ask();
    const secret = deployment.mail.secret();
    for (const path of ["/v1/auth/links", "/v1/auth/links/code", "/v1/auth/links/redeem"]) {
      const answer = await deployment.handler(deployment.world.event(`GET ${path}`, { query: { secret } }));
      expect(answer.statusCode).toBe(404);
    }
    expect(await redeem()).toMatchObject({ status: 200 });
  });

  it("F04 ends after 15 minutes", async () => {
    await ask();
    deployment.world.turn(15 * MINUTE);
    expect(await redeem()).toMatchObject({ status: 410, body: { code: "link.expired" } });
  });

  it("F05 tells that it was used or has expired to who holds its secret, in any browser, and to nobody else", async () => {
    const { linkId } = (await ask()).body;
    const secret = deployment.mail.secret();
    const wrong = secret.replace(/^./, (first) => (first === "A" ? "B" : "A"));
    const code = "000000";
    const heard = async () => {
      const answers = [new Browser(deployment), browser].flatMap((from) => [
        redeem(from, secret),
        from.post("/v1/auth/links/code", { secret }),
        redeem(from, wrong),
        from.post("/v1/auth/links/code", { secret: wrong }),
        from.post("/v1/auth/links/redeem-code", { linkId, code }),
      ]);
      return (await Promise.all(answers)).map(({ body }) => body.code);
    };
    const times = (why: string) => [why, why, "link.invalid", "link.invalid", "link.invalid"];
    await redeem();
    expect(await heard()).toEqual([...times("link.used"), ...times("link.used")]);
    deployment.world.turn(15 * MINUTE);
    expect(await heard()).toEqual([...times("link.expired"), ...times("link.expired")]);
    deployment.world.turn(7 * 24 * 60 * MINUTE);
    expect(await heard()).toEqual([...times("link.invalid"), ...times("link.invalid")]);
  });

  it("F04 does not open in a browser that did not ask, and stays good for the one that did", async () => {
    await ask();
    const other = new Browser(deployment);
    expect(await redeem(other)).toMatchObject({ status: 409, body: { code: "link.other_browser" } });
    await other.post("/v1/auth/links", { email: "bob@example.org" });
    expect(await redeem(other, deployment.mail.letters[0]?.text.match(/#([\w-]{43})/)?.[1])).toMatchObject({
      status: 409,
    });
    expect(await redeem(browser, deployment.mail.letters[0]?.text.match(/#([\w-]{43})/)?.[1])).toMatchObject({
      status: 200,
    });
  });

  it("F05 says the same of an address that is known and of one that is not", async () => {
    await browser.signIn(EMAIL);
    const known = await new Browser(deployment).post("/v1/auth/links", { email: EMAIL });
    const unknown = await new Browser(deployment).post("/v1/auth/links", { email: "nobody@example.org" });
    const shape = ({ status, headers, body, cookies }: typeof known) => ({
      status,
      headers,
      fields: Object.entries(body).map(([name, value]) => [name, String(value).length]),
      cookies: cookies.map((cookie) => cookie.replace(/=[^;]*/, "=")),
    });
    expect(shape(known)).toEqual(shape(unknown));
  });

  it("F05 does the same work for both: as many reads and writes, one letter, and nothing of the user pool", async () => {
    await browser.signIn(EMAIL);
    const { mail, pool } = deployment;
    const { store } = deployment.world;
    const asked = [vi.spyOn(pool, "addUser"), vi.spyOn(pool, "isProved")];
    const count = async (email: string) => {
      const before = { reads: store.reads, writes: store.writes, letters: mail.letters.length };
      await new Browser(deployment).post("/v1/auth/links", { email });
      return [store.reads - before.reads, store.writes - before.writes, mail.letters.length - before.letters];
    };
    const known = await count(EMAIL);
    expect(known).toEqual(await count("nobody@example.org"));
    expect(known.at(-1)).toBe(1);
    for (const call of asked) expect(call).not.toHaveBeenCalled();
  });

  it("is sent to one address five times in a quarter of an hour, and no more", async () => {
    for (let n = 0; n < 5; n++) expect(await ask()).toMatchObject({ status: 202 });
    expect(await ask()).toMatchObject({ status: 429, headers: { "retry-after": "900" } });
    deployment.world.turn(15 * MINUTE);
    expect(await ask()).toMatchObject({ status: 202 });
  });

  it("is sent from one place thirty times in a quarter of an hour, whatever the addresses", async () => {
    const from = (n: number, ip: string) => browser.post("/v1/auth/links", { email: `p${n}@example.org` }, ip);
    for (let n = 0; n < 30; n++) expect(await from(n, "192.0.2.9")).toMatchObject({ status: 202 });
    expect(await from(31, "192.0.2.9")).toMatchObject({ status: 429 });
    expect(await from(32, "192.0.2.10")).toMatchObject({ status: 202 });
  });

  it("F15 gives cookies that scripts cannot read and other sites cannot send", async () => {
    const { cookies } = await ask();
    expect(cookies).toHaveLength(1);
    for (const word of ["__Secure-ocmt_link=", "HttpOnly", "SameSite=Strict", "Path=/v1/auth", "Secure"]) {
      expect(cookies[0]).toContain(word);
    }
  });
});

describe("the six digits of a link opened elsewhere", () => {
  let deployment: ReturnType<typeof openIdentity>;
  let asking: Browser;
  let linkId: string;
  const phone = () => new Browser(deployment, "Mozilla/5.0 (iPhone) Safari/600");
  beforeEach(async () => {
    deployment = openIdentity();
    asking = new Browser(deployment);
    linkId = (await asking.post("/v1/auth/links", { email: EMAIL })).body.linkId;
  });
  const show = () => phone().post("/v1/auth/links/code", { secret: deployment.mail.secret() });
  const type = (code: string, from = asking) => from.post("/v1/auth/links/redeem-code", { linkId, code });
  const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

  it("let the browser that asked in, and say on which device it is", async () => {
    const { body } = await show();
    expect(body).toMatchObject({ device: "Firefox on Linux" });
    expect(await type(body.code)).toMatchObject({ status: 200 });
    expect(await type(body.code)).toMatchObject({ status: 410 });
  });

  it("are the same when the link is opened again", async () => {
    expect((await show()).body.code).toBe((await show()).body.code);
  });

  it("F04 end the link with the fifth wrong try, for code and secret alike", async () => {
    const { code } = (await show()).body;
    for (let n = 0; n < 5; n++) expect(await type(wrong(code))).toMatchObject({ body: { code: "link.code_wrong" } });
    expect(await type(code)).toMatchObject({ body: { code: "link.invalid" } });
    expect(await asking.post("/v1/auth/links/redeem", { secret: deployment.mail.secret() })).toMatchObject({
      status: 410,
      body: { code: "link.invalid" },
    });
    expect(await show()).toMatchObject({ status: 410 });
  });

  it("F04 can be tried five times and not more, even all at once", async () => {
    const { code } = (await show()).body;
    const answers = await Promise.all(Array.from({ length: 50 }, () => type(wrong(code))));
    expect(answers.filter(({ body }) => body.code === "link.code_wrong")).toHaveLength(5);
    expect(answers.filter(({ body }) => body.code === "link.invalid")).toHaveLength(45);
  });

  it("make nobody a person once the link has ended", async () => {
    const { code } = (await show()).body;
    for (let n = 0; n < 5; n++) await type(wrong(code));
    await asking.post("/v1/auth/links/redeem", { secret: deployment.mail.secret() });
    expect(deployment.pool.users.size).toBe(0);
    expect([...deployment.world.store.rows.keys()].filter((key) => key.startsWith("EMAIL#"))).toEqual([]);
  });

  it("are right on the fifth try too", async () => {
    const { code } = (await show()).body;
    for (let n = 0; n < 4; n++) await type(wrong(code));
    expect(await type(code)).toMatchObject({ status: 200 });
  });

  it("do not exist until the link was opened: before that no guess can be right", async () => {
    const codes = await show().then(({ body }) => body.code as string);
    const second = (await asking.post("/v1/auth/links", { email: EMAIL })).body.linkId as string;
    linkId = second;
    expect(await type(codes)).toMatchObject({ body: { code: "link.code_wrong" } });
  });

  it("are of no use in another browser, and cost the asking one no try", async () => {
    const { code } = (await show()).body;
    for (let n = 0; n < 9; n++) expect(await type(code, phone())).toMatchObject({ status: 410 });
    expect(await type(code)).toMatchObject({ status: 200 });
  });

  it("end with the link after 15 minutes", async () => {
    const { code } = (await show()).body;
    deployment.world.turn(15 * MINUTE);
    expect(await type(code)).toMatchObject({ status: 410 });
    expect(await show()).toMatchObject({ status: 410 });
  });
});
