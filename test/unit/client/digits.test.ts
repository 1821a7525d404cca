import { describe, expect, it } from "vitest";
import { finishByDigits } from "#sdk/cli/commands/account/digits.ts";
import type { Ocmt, SignIn } from "#sdk/ocmt.ts";
import { ApiError } from "#shared/client/api-client.ts";

describe("the digits of a sign-in, typed at a terminal", () => {
  const signedIn = {} as Ocmt; // only passed on
  const signInBy = (right: string, ended = 5): SignIn & { tries: string[] } => {
    const tries: string[] = [];
    return {
      tries,
      finish: async (code) => {
        tries.push(code);
        if (code === right) return signedIn;
        throw new ApiError(tries.length < ended ? "link.code_wrong" : "link.invalid", "no");
      },
    };
  };
  const typing =
    (...lines: string[]) =>
    async () =>
      lines.shift() ?? "";

  it("may be typed again after a slip, spaced as one likes", async () => {
    const signIn = signInBy("123456");
    expect(await finishByDigits(signIn, typing("123465", "123 456"), true)).toBe(signedIn);
    expect(signIn.tries).toEqual(["123465", "123456"]);
  });

  it("are not asked for any more when the link has ended", async () => {
    const signIn = signInBy("123456", 2);
    await expect(finishByDigits(signIn, typing("1", "2", "3"), true)).rejects.toMatchObject({ code: "link.invalid" });
  });

  it("are read once from a pipe", async () => {
    const signIn = signInBy("123456");
    await expect(finishByDigits(signIn, typing("1", "2"), false)).rejects.toMatchObject({ code: "link.code_wrong" });
    expect(signIn.tries).toEqual(["1"]);
  });
});
