import { beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { changePassphrase, type KeyringChange, keepKeyring, renewPhrase } from "#shared/client/change-keyring.ts";
import { makeKeyring, type NewKeyring, unlockByPassphrase, unlockByPhrase } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { newId } from "#shared/ids.ts";
import { findSentinels } from "#test/support/sentinels.ts";

const now = new Date("2030-01-01T00:00:00Z");
const place = { tid: newId("tenant", now), uid: newId("user", now) };
const present = "seven plain words nobody else has chosen";
const next = "eight other words which are harder to guess";
const times = { recoveryCheckedAt: null, createdAt: now.toISOString(), updatedAt: now.toISOString() };

describe("a change of passphrase", () => {
  let made: NewKeyring;
  let before: Keyring;
  let change: KeyringChange;
  let after: Keyring;
  const means = () => ({ deriveArgon2id, now, pin: made.pin });

  beforeAll(async () => {
    made = await makeKeyring(place, present, { deriveArgon2id, now });
    before = { ...made.request, ...times };
    change = await changePassphrase(before, made.account, { present, next }, means());
    after = { ...change.request, ...times };
  });

  it("opens the same account by the new passphrase and by the same recovery phrase, and no longer by the old", async () => {
    const { account } = await unlockByPassphrase(after, place, next, { deriveArgon2id, pin: change.pin });
    expect(account).toEqual(made.account);
    expect(unlockByPhrase(after, place, made.recoveryPhrase, change).account).toEqual(made.account);
    await expect(unlockByPassphrase(after, place, present, { deriveArgon2id })).rejects.toMatchObject({
      code: "crypto.commitment",
    });
  });

  it("B15 makes the keyring from before it an older one, which a device that saw the change refuses", async () => {
    const old = unlockByPassphrase(before, place, present, { deriveArgon2id, pin: change.pin });
    await expect(old).rejects.toMatchObject({ code: "crypto.rollback" });
  });

  describe("that the server has kept, and the reply to which got lost", () => {
    /** As the client of the API does it: what got no answer is sent once more. The server takes each step once. */
    const serverOf = (served: Keyring, other?: Keyring) => {
      let kept = served;
      const put = (request: KeyringChange["request"]) => {
        if (request.slotSeq !== kept.slotSeq + 1) throw new ApiError("keyring.changed", "changed");
        kept = { ...request, ...times };
      };
      return {
        getKeyring: async () => kept,
        changeKeyring: async (request: KeyringChange["request"]) => {
          if (other) kept = other;
          else put(request);
          put(request);
          return kept;
        },
        lose: async (request: KeyringChange["request"]) => {
          put(request);
          throw new ApiError("network", "no answer");
        },
      };
    };

    it("is done, whether it was sent once or twice", async () => {
      await keepKeyring(serverOf(before), change.request);
      const server = serverOf(before);
      await keepKeyring({ ...server, changeKeyring: server.lose }, change.request);
      expect((await server.getKeyring()).slotSet).toBe(change.request.slotSet);
    });

    it("is not said to be done when another device was faster", async () => {
      const { request } = await renewPhrase(before, made.account, present, means());
      const keeping = keepKeyring(serverOf(before, { ...request, ...times }), change.request);
      await expect(keeping).rejects.toMatchObject({ code: "keyring.changed" });
    });

    it("is not said to be done when it was refused", async () => {
      const refused = async () => {
        throw new ApiError("auth.forbidden", "no");
      };
      const keeping = keepKeyring({ ...serverOf(before), changeKeyring: refused }, change.request);
      await expect(keeping).rejects.toMatchObject({ code: "auth.forbidden" });
    });
  });

  it("is refused with a wrong present passphrase", async () => {
    const wrong = changePassphrase(before, made.account, { present: next, next }, means());
    await expect(wrong).rejects.toMatchObject({ code: "crypto.commitment" });
  });

  it("B15 is refused on a keyring whose slots are not those the root has listed", async () => {
    const short = { ...before, slots: before.slots.slice(0, 1) };
    const changing = changePassphrase(short, made.account, { present, next }, means());
    await expect(changing).rejects.toMatchObject({ code: "crypto.context" });
  });

  it("B12 sends neither passphrase, in any spelling", async () => {
    const blobs = change.request.slots.map(({ blob }) => Buffer.from(blob, "base64url"));
    const seen = [Buffer.from(JSON.stringify(change.request)), ...blobs];
    const places = seen.map((bytes, index) => ({ where: String(index), bytes }));
    expect(await findSentinels([present, next], places)).toEqual([]);
  });
});

describe("new words in place of lost ones", () => {
  it("open the same account; the lost words and a wrong passphrase do not, and the passphrase stays", async () => {
    const made = await makeKeyring(place, present, { deriveArgon2id, now });
    const before: Keyring = { ...made.request, ...times };
    const means = { deriveArgon2id, now, pin: made.pin };
    const { recoveryPhrase, request, pin } = await renewPhrase(before, made.account, present, means);
    const after: Keyring = { ...request, ...times };
    expect(unlockByPhrase(after, place, recoveryPhrase, { pin }).account).toEqual(made.account);
    expect((await unlockByPassphrase(after, place, present, { deriveArgon2id, pin })).account).toEqual(made.account);
    expect(() => unlockByPhrase(after, place, made.recoveryPhrase, { pin })).toThrow();
    await expect(renewPhrase(before, made.account, next, means)).rejects.toMatchObject({ code: "crypto.commitment" });
  });
});
