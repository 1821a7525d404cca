import { describe, expect, it } from "vitest";
import { failureOf } from "#sdk/cli/failure.ts";
import { apiClient, isSignedOut } from "#shared/client/api-client.ts";
import { identityContract } from "#shared/contracts/identity.ts";

const baseUrl = "https://ocmt.test";

describe("a client of the API that nobody is signed in to", () => {
  const refused = (status: number, body: object) => async () => Response.json(body, { status });
  const failureWith = (token: string | undefined, answer: () => Promise<Response>) =>
    apiClient(identityContract, { baseUrl, token: async () => token, fetch: answer })
      .me({})
      .then(
        () => undefined,
        (error: unknown) => error,
      );

  it("says so without asking when it has no token", async () => {
    let asked = 0;
    const error = await failureWith(undefined, async () => {
      asked++;
      return Response.json({});
    });
    expect(error).toMatchObject({ code: "auth.required", message: "Sign in to continue." });
    expect(asked).toBe(0);
  });

  it("asks for public routes without a token", async () => {
    const client = apiClient(identityContract, {
      ...{ baseUrl, token: async () => undefined },
      fetch: refused(401, { message: "Unauthorized" }),
    });
    await expect(client.refresh({})).rejects.toMatchObject({ code: "auth.required" });
  });

  it("understands the gateway's own 401, which is no problem of ours", async () => {
    const error = await failureWith("a token that was revoked", refused(401, { message: "Unauthorized" }));
    expect(error).toMatchObject({ code: "auth.required", problem: undefined });
    expect(isSignedOut(error)).toBe(true);
    expect(failureOf(error)).toMatchObject({ exit: 3, fix: "Sign in again: ocmt login" });
  });

  it("takes no other answer of the gateway for that", async () => {
    const error = await failureWith("a token", refused(404, { message: "Not Found" }));
    expect(error).toMatchObject({ code: "reply", message: "The service answered 404." });
    expect(isSignedOut(error)).toBe(false);
  });
});
