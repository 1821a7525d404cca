import { beforeEach, describe, expect, it } from "vitest";
import { recognise } from "#lambdas/authorizer/recognise.ts";
import { insertMembership } from "#lambdas/identity/people/membership.repository.ts";
import { listSessions, revokeOtherSessions, revokeSession, switchTenant } from "#lambdas/identity/sessions/sessions.ts";
import type { Person } from "#platform/rules/context.ts";
import { makeSecret, nextSecret } from "#platform/tokens/secret.ts";
import { type Id, newId } from "#shared/ids.ts";
import { Browser, openIdentity } from "#test/support/identity.ts";

const EMAIL = "ann@example.org";
const DAY = 24 * 3600 * 1000;

describe("a session", () => {
  let deployment: ReturnType<typeof openIdentity>;
  let browser: Browser;
  beforeEach(() => {
    deployment = openIdentity();
    browser = new Browser(deployment);
  });

  const cookieOf = (from: Browser) => from.cookies.get("__Secure-ocmt_session") ?? "";
  const personOf = async (accessToken: string): Promise<Person> => {
    const { world, tokens } = deployment;
    const claims = await recognise(accessToken, tokens, world.data);
    if (claims?.kind !== "user") throw new Error("not signed in");
    const tenantId = claims.tid === "" ? null : (claims.tid as Id<"tenant">);
    const { userId, sid } = claims as { userId: Id<"user">; sid: Id<"session"> };
    const { authTime = 0 } = claims;
    return { kind: "user", userId, sessionId: sid, authTime, tenantId, role: claims.role === "" ? null : claims.role };
  };
  const signIn = async (from = browser) => personOf((await from.signIn(EMAIL)).body.accessToken);
  const isKnown = async (accessToken: string) =>
    (await recognise(accessToken, deployment.tokens, deployment.world.data)) !== undefined;

  it("gives a new access token at each refresh, and a new secret with it", async () => {
    await signIn();
    const before = cookieOf(browser);
    const answer = await browser.post("/v1/auth/refresh");
    expect(answer.status).toBe(200);
    expect(await isKnown(answer.body.accessToken)).toBe(true);
    expect(cookieOf(browser)).not.toBe(before);
    expect(cookieOf(browser).split(".").slice(0, 2)).toEqual(before.split(".").slice(0, 2));
  });

  it("H09 does not end because its row was written to by others, and is refreshed the next time", async () => {
    await signIn();
    const { store } = deployment.world;
    store.isBusy = (changes) => changes.some(({ sk }) => sk.startsWith("SESSION#"));
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 503, body: { code: "request.busy" } });
    store.isBusy = () => false;
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 200 });
  });

  it("F15 is held by a cookie that scripts cannot read and other sites cannot send", async () => {
    const { cookies } = await browser.signIn(EMAIL);
    const cookie = cookies.find((text) => text.startsWith("__Secure-ocmt_session="));
    for (const word of ["HttpOnly", "SameSite=Strict", "Path=/v1/auth", "Secure", "Max-Age=604800"]) {
      expect(cookie).toContain(word);
    }
  });

  it("keeps no secret of the cookie", async () => {
    await signIn();
    const secret = cookieOf(browser).split(".")[2] ?? "";
    expect(JSON.stringify([...deployment.world.store.rows])).not.toContain(secret);
  });

  it("F16 ends when an old secret comes back, for whoever holds the new one too", async () => {
    await signIn();
    const stolen = new Browser(deployment);
    for (const [name, value] of browser.cookies) stolen.cookies.set(name, value);
    await browser.post("/v1/auth/refresh");
    deployment.world.turn(11_000);
    const reuse = await stolen.post("/v1/auth/refresh");
    expect(reuse).toMatchObject({ status: 401, body: { code: "session.ended" } });
    expect(stolen.cookies.has("__Secure-ocmt_session")).toBe(false);
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 401 });
    expect(deployment.world.auditEvents()).toEqual(["session.started", "session.reuse_detected"]);
  });

  it("F16 ends when a secret older than the last comes back, however soon", async () => {
    await signIn();
    const old = new Browser(deployment);
    for (const [name, value] of browser.cookies) old.cookies.set(name, value);
    await browser.post("/v1/auth/refresh");
    await browser.post("/v1/auth/refresh");
    expect(await old.post("/v1/auth/refresh")).toMatchObject({ status: 401 });
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 401 });
  });

  it("answers tabs that wake together, and hands out one new secret", async () => {
    await signIn();
    const tabs = Array.from({ length: 8 }, () => {
      const tab = new Browser(deployment);
      for (const [name, value] of browser.cookies) tab.cookies.set(name, value);
      return tab;
    });
    const answers = await Promise.all(tabs.map((tab) => tab.post("/v1/auth/refresh")));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(new Set(tabs.map(cookieOf)).size).toBe(1);
    expect(cookieOf(tabs[0] as Browser)).not.toBe(cookieOf(browser));
  });

  it("outlives an answer that never arrived: asked again within the grace, it gives the same next secret", async () => {
    await signIn();
    const lost = new Browser(deployment);
    for (const [name, value] of browser.cookies) lost.cookies.set(name, value);
    await lost.post("/v1/auth/refresh");
    deployment.world.turn(9_000);
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 200 });
    expect(cookieOf(browser)).toBe(cookieOf(lost));
    deployment.world.turn(DAY);
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 200 });
    expect(deployment.world.auditEvents()).toEqual(["session.started"]);
  });

  it("F16 gives the next secret to nobody who has only what the service keeps, or only an earlier secret", async () => {
    await signIn();
    const first = cookieOf(browser).split(".")[2] ?? "";
    await browser.post("/v1/auth/refresh");
    const second = cookieOf(browser).split(".")[2] ?? "";
    const kept = [...deployment.world.store.rows.values()];
    expect(JSON.stringify(kept)).not.toContain(first);
    expect(JSON.stringify(kept)).not.toContain(second);
    const seed = kept.map((row) => row["seed"]).find((value) => typeof value === "string") ?? "";
    expect(nextSecret(first, seed)).toBe(second);
    expect([nextSecret(first, makeSecret()), nextSecret(makeSecret(), seed)]).not.toContain(second);
  });

  it.each([[""], ["x"], ["usr_x.ses_y.z"], ["a.b.c.d"]])("is not found by the cookie %j", async (value) => {
    browser.cookies.set("__Secure-ocmt_session", value);
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 401, body: { code: "session.ended" } });
  });

  it("lasts seven days from the sign-in, however often it is refreshed", async () => {
    await signIn();
    for (let day = 0; day < 6; day++) {
      deployment.world.turn(DAY);
      expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 200 });
    }
    deployment.world.turn(DAY);
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 401 });
  });

  it("F16 ends by signing out, at once for its access token too", async () => {
    const { accessToken } = (await browser.signIn(EMAIL)).body;
    const kept = cookieOf(browser);
    expect(await browser.post("/v1/auth/sign-out")).toMatchObject({ status: 200, body: { done: true } });
    expect(await isKnown(accessToken)).toBe(false);
    browser.cookies.set("__Secure-ocmt_session", kept);
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 401 });
    expect(await browser.post("/v1/auth/sign-out")).toMatchObject({ status: 200 });
  });

  it("F16 is not ended by someone who knows its name and not its secret", async () => {
    await signIn();
    const [userId, sessionId] = cookieOf(browser).split(".");
    const other = new Browser(deployment);
    other.cookies.set("__Secure-ocmt_session", `${userId}.${sessionId}.${"A".repeat(43)}`);
    await other.post("/v1/auth/sign-out");
    expect(await browser.post("/v1/auth/refresh")).toMatchObject({ status: 200 });
  });

  it("F16 is new at every sign-in: nothing planted before can become it", async () => {
    browser.cookies.set("__Secure-ocmt_session", "planted");
    const first = await signIn();
    const second = await signIn();
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(cookieOf(browser)).not.toContain("planted");
  });

  it("is listed with device and place, by its own person only", async () => {
    const ann = await signIn();
    deployment.world.turn(1000);
    await signIn(new Browser(deployment, "Mozilla/5.0 (iPhone; CPU) Version/20 Safari/605"));
    await new Browser(deployment).signIn("bob@example.org");
    const { items } = await listSessions(deployment.world.personCtx(ann));
    expect(items.map(({ device, place, current }) => ({ device, place, current }))).toEqual([
      { device: "Firefox on Linux", place: "unknown", current: true },
      { device: "Safari on iPhone", place: "unknown", current: false },
    ]);
    expect(JSON.stringify(items)).not.toContain("@");
  });

  it("is ended by its person, one or all others, and never by someone else", async () => {
    const ann = await signIn();
    const phone = await signIn(new Browser(deployment));
    const bob = await personOf((await new Browser(deployment).signIn("bob@example.org")).body.accessToken);
    const byBob = revokeSession(deployment.world.personCtx(bob), { sessionId: phone.sessionId });
    await expect(byBob).rejects.toMatchObject({ code: "session.not_found" });
    await revokeSession(deployment.world.personCtx(ann), { sessionId: phone.sessionId });
    const again = revokeSession(deployment.world.personCtx(ann), { sessionId: phone.sessionId });
    await expect(again).rejects.toMatchObject({ code: "session.not_found" });

    await signIn(new Browser(deployment));
    await signIn(new Browser(deployment));
    expect(await revokeOtherSessions(deployment.world.personCtx(ann))).toEqual({ revoked: 2 });
    expect((await listSessions(deployment.world.personCtx(ann))).items).toHaveLength(1);
    expect((await listSessions(deployment.world.personCtx(bob))).items).toHaveLength(1);
  });

  describe("in organisations", () => {
    const join = async (userId: Id<"user">, slug: string) => {
      const tenantId = newId("tenant", deployment.world.clock);
      await deployment.world.directory.write(insertMembership(userId, { tenantId, slug, role: "member" }));
      return tenantId;
    };

    it("moves to another one of the person's, and remembers it for the next sign-in", async () => {
      const ann = await signIn();
      await join(ann.userId, "first");
      const second = await join(ann.userId, "second");
      const ctx = deployment.world.personCtx(ann, deployment.ports);
      const moved = await switchTenant(ctx, { tenantId: second });
      expect(await deployment.tokens.verify(moved.accessToken, deployment.world.now())).toMatchObject({
        tid: second,
        role: "member",
        sid: ann.sessionId,
      });
      expect((await signIn(new Browser(deployment))).tenantId).toBe(second);
      expect(deployment.world.auditEvents()).toContain("session.switched");
    });

    it("does not move to one the person does not belong to", async () => {
      const ann = await signIn();
      const foreign = await join(newId("user", deployment.world.clock), "foreign");
      const ctx = deployment.world.personCtx(ann, deployment.ports);
      await expect(switchTenant(ctx, { tenantId: foreign })).rejects.toMatchObject({ code: "tenant.not_found" });
    });
  });
});
