import { describe, expect, it } from "vitest";
import { failureOf, NotFound, UsageError } from "#sdk/cli/failure.ts";
import { Locked } from "#sdk/unlocked.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { PersonChanged } from "#shared/client/people/people.ts";
import { ItemChanged, VaultTrouble } from "#shared/client/vault/trouble.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { describeError, type ErrorCode } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";

const now = new Date();
const [item, person] = [newId("item", now), newId("user", now)];
const refusal = (code: ErrorCode) => {
  const { status, title, fix } = describeError(code);
  return new ApiError(code, title, { problem: { type: "about:blank", title, status, code, fix, request_id: "req" } });
};

describe("the exit code of a command", () => {
  it.each([
    ["cannot be done as it was given", new UsageError("no"), 2],
    ["is of nobody who is signed in", refusal("auth.required"), 3],
    ["finds the vault locked", new Locked("locked"), 4],
    ["is given what does not open the vault", new CryptoError("crypto.commitment"), 4],
    ["does not find what it names", new NotFound("none"), 5],
    ["is told that there is no such vault", refusal("vault.not_found"), 5],
    ["finds an item changed", new ItemChanged(item), 6],
    ["meets another change", refusal("vault.changed"), 6],
    ["is shown an older state than was seen", new CryptoError("crypto.rollback"), 7],
    ["is shown what nobody signed", new CryptoError("crypto.signature"), 7],
    ["is shown other items than were signed", new VaultTrouble({ missing: [item] }), 7],
    ["is shown other keys of somebody who was verified", new PersonChanged(person, true), 7],
    ["gets no answer", new ApiError("network", "away"), 8],
    ["is refused for another reason", refusal("vault.forbidden"), 1],
    ["meets what nobody thought of", new Error("what"), 1],
  ])("tells apart a command that %s", (_, error, exit) => {
    expect(failureOf(error)).toMatchObject({ exit });
  });

  it("B10: comes with the ids of what is gone where the service lies, and with what to do", () => {
    const { title, fix } = failureOf(new VaultTrouble({ missing: [item] }));
    expect(title).toContain(`Gone without having been removed: ${item}.`);
    expect(fix).toContain("Nothing was shown or changed");
  });
});
