import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { maybeSignedIn, noteSession, onSignIn } from "../../../frontend/src/lib/signed-in.ts";

const token = { accessToken: "secret", expiresAt: "2026-11-29T12:00:00.000Z", tenantId: null };
const kept = new Map<string, string>();
const tab = new EventTarget();
const hearOf = (key: string, newValue: string | null) =>
  tab.dispatchEvent(Object.assign(new Event("storage"), { key, newValue }));

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  vi.stubGlobal("addEventListener", tab.addEventListener.bind(tab));
  vi.stubGlobal("removeEventListener", tab.removeEventListener.bind(tab));
});
afterEach(() => vi.unstubAllGlobals());

it("is asked of nobody in a browser where nobody signed in, or whose session has ended", () => {
  expect(maybeSignedIn()).toBe(false);
  noteSession(token);
  expect(maybeSignedIn()).toBe(true);
  noteSession(undefined);
  expect(maybeSignedIn()).toBe(false);
});

it("keeps no token", () => {
  noteSession(token);
  expect([...kept.values()].join()).not.toContain("secret");
});

it("is heard from another tab when somebody signs in there, and not when they sign out", () => {
  const tell = vi.fn();
  const stop = onSignIn(tell);
  hearOf("ocmt.preferences", "{}");
  hearOf("ocmt.signed-in", null);
  expect(tell).not.toHaveBeenCalled();
  hearOf("ocmt.signed-in", token.expiresAt);
  expect(tell).toHaveBeenCalledOnce();
  stop();
  hearOf("ocmt.signed-in", token.expiresAt);
  expect(tell).toHaveBeenCalledOnce();
});
