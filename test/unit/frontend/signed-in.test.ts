import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { makeTabSession, mayBeSignedIn, onSignIn } from "../../../frontend/src/lib/signed-in.ts";

const KEY = "ocmt.signed-in";
const START = Date.parse("2026-11-29T12:00:00.000Z");
const HOUR_MS = 3_600_000;
const kept = new Map<string, string>();
const events = new EventTarget();
const hearOf = (key: string, newValue: string | null) =>
  events.dispatchEvent(Object.assign(new Event("storage"), { key, newValue }));

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
  vi.stubGlobal("removeEventListener", events.removeEventListener.bind(events));
});
afterEach(() => vi.unstubAllGlobals());

/** One tab; all tabs share what is kept, and the cookie. */
function openTab(alone: <T>(work: () => Promise<T>) => Promise<T> = (work) => work()) {
  const world = { now: START, hasCookie: true, asked: 0, meanwhile: () => undefined as unknown };
  const tokenOf = (accessToken: string) => ({
    ...{ accessToken, tenantId: null },
    expiresAt: new Date(world.now + HOUR_MS).toISOString(),
  });
  const trade = async () => {
    world.asked += 1;
    const { hasCookie } = world;
    world.meanwhile();
    if (!hasCookie) throw new ApiError("session.ended", "The session has ended.");
    return tokenOf(`secret-${world.asked}`);
  };
  return { world, tokenOf, session: makeTabSession({ trade, alone, now: () => world.now }) };
}

describe("the session of a tab", () => {
  it("is asked for by nobody in a browser where nobody signed in", async () => {
    const { world, session } = openTab();
    expect(await session.token()).toBeUndefined();
    expect(world.asked).toBe(0);
  });

  it("is noted for all tabs, without its token, so that the next tab asks", async () => {
    const { session, tokenOf } = openTab();
    session.keep(tokenOf("secret"));
    expect([...kept]).toEqual([[KEY, new Date(START + HOUR_MS).toISOString()]]);
    expect(await openTab().session.token()).toBe("secret-1");
  });

  it("is noted no more once it was refused or signed out of, and is asked for once", async () => {
    const { world, session, tokenOf } = openTab();
    session.keep(tokenOf("secret"));
    session.forget();
    expect(mayBeSignedIn()).toBe(false);
    session.keep(tokenOf("secret"));
    Object.assign(world, { now: START + HOUR_MS, hasCookie: false });
    expect(await session.token()).toBeUndefined();
    expect(mayBeSignedIn()).toBe(false);
    await session.token();
    expect(world.asked).toBe(1);
  });

  it("stays noted where nothing answered", async () => {
    const { world, session } = openTab();
    kept.set(KEY, "before");
    world.meanwhile = () => {
      throw new ApiError("network", "The connection ended.");
    };
    await expect(session.token()).rejects.toThrow("The connection ended.");
    expect(mayBeSignedIn()).toBe(true);
  });

  it("leaves the note that another tab wrote after this one had looked, or while it was being refused", async () => {
    const signInElsewhere = () => kept.set(KEY, "of another tab");
    const looked = openTab(async (work) => {
      const done = await work();
      signInElsewhere();
      return done;
    });
    expect(await looked.session.token()).toBeUndefined();
    expect(kept.get(KEY)).toBe("of another tab");

    kept.set(KEY, "before");
    const refused = openTab();
    Object.assign(refused.world, { hasCookie: false, meanwhile: signInElsewhere });
    expect(await refused.session.token()).toBeUndefined();
    expect(kept.get(KEY)).toBe("of another tab");
  });

  it("is renewed by a tab that held it, though its note was lost", async () => {
    const { world, session, tokenOf } = openTab();
    session.keep(tokenOf("secret"));
    kept.clear();
    world.now += HOUR_MS;
    expect(await session.token()).toBe("secret-1");
    expect(mayBeSignedIn()).toBe(true);
  });
});

it("is heard from another tab when somebody signs in there, and not when they sign out", () => {
  const tell = vi.fn();
  const stop = onSignIn(tell);
  hearOf("ocmt.preferences", "{}");
  hearOf(KEY, null);
  expect(tell).not.toHaveBeenCalled();
  hearOf(KEY, "2026-11-29T12:00:00.000Z");
  expect(tell).toHaveBeenCalledOnce();
  stop();
  hearOf(KEY, "2026-11-29T12:00:00.000Z");
  expect(tell).toHaveBeenCalledOnce();
});
