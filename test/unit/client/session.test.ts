import { expect, it } from "vitest";
import { makeSession } from "#shared/client/session.ts";

const START = Date.parse("2026-11-23T12:00:00.000Z");

function setUp() {
  const world = { now: START, asked: 0, ended: false };
  const told: (string | undefined)[] = [];
  const session = makeSession({
    onChange: (token) => told.push(token?.accessToken),
    now: () => world.now,
    alone: (work) => work(),
    refresh: async () => {
      world.asked += 1;
      if (world.ended) return undefined;
      const expiresAt = new Date(world.now + 600_000).toISOString();
      return { accessToken: `token-${world.asked}`, expiresAt, tenantId: null };
    },
  });
  return { world, session, told };
}

it("asks once for callers who come at the same time", async () => {
  const { world, session } = setUp();
  expect(await Promise.all([session.token(), session.token(), session.token()])).toEqual(Array(3).fill("token-1"));
  expect(world.asked).toBe(1);
});

it("keeps a token until a minute before its end, then replaces it", async () => {
  const { world, session } = setUp();
  await session.token();
  world.now += 539_000;
  expect(await session.token()).toBe("token-1");
  world.now += 1_000;
  expect(await session.token()).toBe("token-2");
});

it("is renewed before its time when that is asked for, once for all who ask, and who asks for a token waits for it", async () => {
  const { world, session } = setUp();
  await session.token();
  await Promise.all([session.renew(), session.renew()]);
  expect([await session.token(), world.asked]).toEqual(["token-2", 2]);
});

it("gives none once the session has ended", async () => {
  const { world, session } = setUp();
  world.ended = true;
  expect(await session.token()).toBeUndefined();
});

it("tells of every token it holds, and that it holds none any more", async () => {
  const { world, session, told } = setUp();
  await session.token();
  world.ended = true;
  world.now += 600_000;
  await session.token();
  expect(told).toEqual(["token-1", undefined]);
});

/** A renewal that is under way until the test lets it be answered, with a token of the organisation that is left. */
function setUpSlow() {
  const answer = Promise.withResolvers<void>();
  const tokenOf = (accessToken: string) => ({
    ...{ accessToken, tenantId: null },
    expiresAt: new Date(START + 600_000).toISOString(),
  });
  const refresh = async () => {
    await answer.promise;
    return tokenOf("left");
  };
  const session = makeSession({ now: () => START, alone: (work) => work(), refresh });
  return { session, answer: answer.resolve, tokenOf };
}

it("keeps the token of the organisation that was gone to, though a renewal asked for before is answered after", async () => {
  const { session, answer, tokenOf } = setUpSlow();
  const asked = session.token();
  session.keep(tokenOf("gone to"));
  answer();
  expect(await asked).toBe("gone to");
  expect(await session.token()).toBe("gone to");
});

it("gives none after it was forgotten, though a renewal asked for before is answered after", async () => {
  const { session, answer } = setUpSlow();
  const asked = session.token();
  session.forget();
  const later = session.token();
  answer();
  expect([await asked, await later]).toEqual([undefined, undefined]);
});
