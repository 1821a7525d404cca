import { describe, expect, it } from "vitest";
import { failureOf } from "#sdk/cli/failure.ts";
import { ApiError, apiClient, isSignedOut } from "#shared/client/api-client.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { describeError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";

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

describe("a client of the API whose request has no answer of ours", () => {
  const died = () => Response.json({ message: "Internal Server Error" }, { status: 500 });
  const problem = { ...{ type: "about:blank", title: "Something went wrong.", status: 500 }, code: "internal" };
  const ours = () =>
    new Response(JSON.stringify({ ...problem, request_id: "r", fix: "Try again." }), {
      status: 500,
      headers: { "content-type": "application/problem+json" },
    });

  /** Each request is answered by the next of these. */
  function clientOf(...answers: (() => Response)[]) {
    const keys: (string | null)[] = [];
    const api = apiClient(tenantsContract, {
      ...{ baseUrl, token: async () => "a token" },
      fetch: async (_url, init) => {
        keys.push(new Headers(init?.headers).get("idempotency-key"));
        const answer = answers.shift();
        if (!answer) throw new Error("asked too often");
        return answer();
      },
    });
    const remove = () => api.removeMember({ userId: newId("user", new Date()) }).catch((error: unknown) => error);
    return { keys, remove, create: () => api.create({ name: "Acme", slug: "acme" }).catch((error: unknown) => error) };
  }

  it("asks once more, under the same key, when the gateway answers for a function that died", async () => {
    const { create, keys } = clientOf(died, ours);
    expect(await create()).toMatchObject({ code: "internal" });
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]]);
  });

  it("says what the gateway answered when that was all, twice", async () => {
    const { create, keys } = clientOf(died, died);
    expect(await create()).toMatchObject({ code: "reply", message: "The service answered 500." });
    expect(keys).toHaveLength(2);
  });

  it("asks no second time for what would not be the same twice", async () => {
    const { remove, keys } = clientOf(died, ours);
    expect(await remove()).toMatchObject({ code: "reply" });
    expect(keys).toHaveLength(1);
  });

  it("asks no more after an answer of ours, whatever it is", async () => {
    const { create, keys } = clientOf(ours, died);
    expect(await create()).toMatchObject({ code: "internal" });
    expect(keys).toHaveLength(1);
  });
});

describe("a client of the API that is asked for a newer proof of who it is", () => {
  const { status, title, fix } = describeError("auth.stale");
  const stale = { ...{ type: "about:blank", title, status, fix }, code: "auth.stale", request_id: "r" };

  /** The proof is there after so many confirmations. */
  function clientOf(needed: number, confirm?: () => Promise<boolean>) {
    const sent: unknown[] = [];
    let asked = 0;
    const api = apiClient(tenantsContract, {
      ...{ baseUrl, token: async () => `token-${asked}` },
      fetch: async (_url, init) => {
        sent.push([new Headers(init?.headers).get("authorization"), init?.body]);
        return asked < needed ? Response.json(stale, { status }) : Response.json({ done: true });
      },
      confirm:
        confirm &&
        (async () => {
          asked++;
          return confirm();
        }),
    });
    const remove = () => api.removeMember({ userId: newId("user", new Date()) }).catch((error: unknown) => error);
    return { sent, remove, asked: () => asked };
  }

  it("has it confirmed, and makes the call again with the token of then", async () => {
    const { sent, remove, asked } = clientOf(1, async () => true);
    expect(await remove()).toEqual({ done: true });
    expect(asked()).toBe(1);
    expect(sent.map((one) => (one as string[])[0])).toEqual(["Bearer token-0", "Bearer token-1"]);
  });

  it("tells the refusal when nobody confirms, or nobody could be asked; that is not signed out", async () => {
    for (const confirm of [async () => false, undefined]) {
      const { sent, remove } = clientOf(1, confirm);
      const error = await remove();
      expect(error).toMatchObject({ code: "auth.stale", problem: { status: 403 } });
      expect(isSignedOut(error)).toBe(false);
      expect(failureOf(error)).toMatchObject({ exit: 3, fix: "Sign in again: ocmt login" });
      expect(sent).toHaveLength(1);
    }
  });

  it("asks no second time for one call, and says why a confirmation did not come about", async () => {
    const twice = clientOf(2, async () => true);
    expect(await twice.remove()).toMatchObject({ code: "auth.stale" });
    expect([twice.asked(), twice.sent.length]).toEqual([1, 2]);
    const failed = new ApiError("link.invalid", "This link is over.");
    expect(await clientOf(1, async () => Promise.reject(failed)).remove()).toBe(failed);
  });
});
