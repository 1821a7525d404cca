import { expect, it } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { NoKeys } from "#shared/client/people/people.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { newId } from "#shared/ids.ts";
import { GroupWorld } from "#test/support/group-world.ts";

it("somebody without keys has none yet, unless some were known: then the service keeps them back, and nothing excuses that", async () => {
  const world = new GroupWorld();
  const ann = await world.owner("finance");
  const ben = await world.colleague(ann, "ben");
  await expect(ann.vaults.contact(newId("user", world.clock))).rejects.toBeInstanceOf(NoKeys);
  let isThere = true;
  const getIdentity: ReturnType<typeof world.keyringOf>["getIdentity"] = async (input) => {
    if (!isThere && input.userId === ben.account.uid) throw new ApiError("identity.not_found", "none");
    return world.keyringOf(ann.account.uid).getIdentity(input);
  };
  const device = world.freshDevice(ann, { keyring: { getIdentity } });
  await device.contact(ben.account.uid);
  isThere = false;
  const error = await device.people.learnAgain(ben.account.uid).catch((thrown: unknown) => thrown);
  expect([error instanceof CryptoError, error instanceof NoKeys]).toEqual([true, false]);
});
