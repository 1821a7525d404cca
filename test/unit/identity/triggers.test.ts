import { beforeEach, describe, expect, it } from "vitest";
import { defineChallenge } from "#lambdas/identity/define-challenge.trigger.ts";
import { findLink } from "#lambdas/identity/links/link.repository.ts";
import { insertPerson } from "#lambdas/identity/people/person.repository.ts";
import { verifyChallenge } from "#lambdas/identity/verify-challenge.trigger.ts";
import { type Id, newId } from "#shared/ids.ts";
import { Browser, openIdentity } from "#test/support/identity.ts";

describe("Cognito's question what comes next", () => {
  const ask = async (...results: boolean[]) => {
    const session = results.map((challengeResult) => ({ challengeResult }));
    const { response } = await defineChallenge.run(openIdentity().world.jobCtx("t"), {
      request: { session },
      response: {},
    });
    return { tokens: response["issueTokens"], failed: response["failAuthentication"], next: response["challengeName"] };
  };

  it("is answered with one challenge, then tokens for a right answer and an end for a wrong one", async () => {
    expect(await ask()).toEqual({ tokens: false, failed: false, next: "CUSTOM_CHALLENGE" });
    expect(await ask(true)).toEqual({ tokens: true, failed: false, next: undefined });
    expect(await ask(false)).toEqual({ tokens: false, failed: true, next: undefined });
  });

  it("gives no second try within one sign-in", async () => {
    expect(await ask(false, true)).toEqual({ tokens: false, failed: true, next: undefined });
    expect(await ask(true, true)).toMatchObject({ tokens: false, failed: true });
  });
});

describe("the judge of an answer", () => {
  let deployment: ReturnType<typeof openIdentity>;
  let ann: Id<"user">;
  let bob: Id<"user">;
  let linkId: Id<"link">;
  let secret: string;
  beforeEach(async () => {
    deployment = openIdentity();
    const { world, mail } = deployment;
    const add = async (email: string) => {
      const id = newId("user", world.clock);
      await world.directory.write(
        ...insertPerson({ id, email, createdAt: world.clock.toISOString(), lastTenantId: null }),
      );
      return id;
    };
    ann = await add("ann@example.org");
    bob = await add("bob@example.org");
    linkId = (await new Browser(deployment).post("/v1/auth/links", { email: "ann@example.org" })).body.linkId;
    secret = mail.secret();
  });
  const judge = async (userName: string, challengeAnswer: string) => {
    const ctx = deployment.world.jobCtx("t");
    const { response } = await verifyChallenge.run(ctx, { userName, request: { challengeAnswer }, response: {} });
    return response["answerCorrect"];
  };
  const state = async () => (await findLink(deployment.world.directory, linkId))?.state;

  it("accepts a link's secret for its own user, once", async () => {
    expect(await judge(ann, `${linkId}:secret:${secret}`)).toBe(true);
    expect(await state()).toBe("used");
    expect(await judge(ann, `${linkId}:secret:${secret}`)).toBe(false);
  });

  it("accepts it for no other user, and does not use it up", async () => {
    expect(await judge(bob, `${linkId}:secret:${secret}`)).toBe(false);
    expect(await judge(newId("user", new Date()), `${linkId}:secret:${secret}`)).toBe(false);
    expect(await state()).toBe("open");
  });

  it("accepts no code before one was shown, and then no other", async () => {
    for (const code of ["000000", "123456"]) expect(await judge(ann, `${linkId}:code:${code}`)).toBe(false);
    const { code } = (await new Browser(deployment).post("/v1/auth/links/code", { secret })).body;
    const other = code === "000000" ? "000001" : "000000";
    expect(await judge(ann, `${linkId}:code:${other}`)).toBe(false);
    expect(await judge(ann, `${linkId}:code:${code}`)).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["another secret", (id: string) => `${id}:secret:${"A".repeat(43)}`],
    ["no kind", (id: string) => `${id}:${"A".repeat(43)}`],
    ["a kind that does not exist", (id: string) => `${id}:password:x`],
    ["a link that does not exist", `lnk_${"0".repeat(26)}:secret:${"A".repeat(43)}`],
    ["more than there should be", (id: string) => `${id}:code:123456:x`],
  ])("accepts not %s", async (_, answer) => {
    expect(await judge(ann, typeof answer === "string" ? answer : answer(linkId))).toBe(false);
    expect(await state()).toBe("open");
  });
});
