import { afterEach, describe, expect, it } from "vitest";
import { forgetInvite, readSecret, takeFragment, wayOn } from "../../../frontend/src/lib/fragment.ts";

describe("the secret in an address", () => {
  const shown: string[] = [];
  const open = (pathname: string, hash: string) => takeFragment({ pathname, hash, replace: (it) => shown.push(it) });
  afterEach(() => {
    shown.length = 0;
    forgetInvite();
  });

  it("is taken out of the address at once, and read where it belongs only", () => {
    open("/link", "#first");
    expect(shown).toEqual(["/link"]);
    expect(readSecret("link")).toBe("first");
    expect(readSecret("invite")).toBeUndefined();
  });

  it("is not looked for on any other page", () => {
    open("/settings/recovery", "#section");
    open("/invite", "#");
    expect(shown).toEqual([]);
    expect(readSecret("invite")).toBeUndefined();
  });

  it("of an invite leads back to the invite after signing in, until it is answered", () => {
    expect(wayOn(undefined)).toBe("/home");
    open("/invite", "#offered");
    expect(wayOn("/vault")).toBe("/invite");
    forgetInvite();
    expect(wayOn(undefined)).toBe("/home");
  });

  it("leads on to the page that was asked for before signing in, where there is no invite", () => {
    expect(wayOn("/people")).toBe("/people");
  });
});
