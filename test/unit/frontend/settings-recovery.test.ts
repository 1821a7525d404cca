import { beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { makeKeyring, type NewKeyring } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { newId } from "#shared/ids.ts";
import { checkWords, readWords } from "../../../frontend/src/components/vault/recovery/check-words.ts";

const now = new Date("2030-01-01T00:00:00Z");
const place = { tid: newId("tenant", now), uid: newId("user", now) };
const times = { recoveryCheckedAt: null, createdAt: now.toISOString(), updatedAt: now.toISOString() };

describe("a check of the recovery words", () => {
  let made: NewKeyring;
  let kept: Keyring;
  beforeAll(async () => {
    made = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now });
    kept = { ...made.request, ...times };
  });
  const wordsOf = ({ recoveryPhrase }: NewKeyring) => recoveryPhrase.split(" ");

  it("passes for the twelve words, however they are spaced or cased", () => {
    const typed = ` ${wordsOf(made).join("\n ").toUpperCase()} `;
    expect(checkWords(typed, kept, place, made.pin)).toMatchObject({ is: "right" });
  });

  it("says how many words are there, before there are twelve", () => {
    expect(readWords("")).toEqual({ is: "unfinished", says: "0 of 12 words." });
    expect(readWords(wordsOf(made).slice(0, 7).join(" "))).toEqual({ is: "unfinished", says: "7 of 12 words." });
    expect(readWords(made.recoveryPhrase)).toBeUndefined();
  });

  it("names the words which are in no list, by their place", () => {
    const words = wordsOf(made).with(2, "zzz").with(7, "qqq");
    expect(checkWords(words.join(" "), kept, place)).toEqual({
      is: "unknown",
      says: "Words 3 and 8 are not in the list of recovery words.",
    });
  });

  it("tells words in the wrong order from another vault's words", async () => {
    const other = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now });
    expect(checkWords(other.recoveryPhrase, kept, place)).toMatchObject({ is: "other" });
    expect(checkWords("abandon ".repeat(12), kept, place)).toMatchObject({ is: "mistyped" });
  });

  it("B15 refuses a keyring older than this device has seen, whose words would open it", () => {
    const pin = { slotSet: { ...made.pin.slotSet, slotSeq: 2 } };
    expect(checkWords(made.recoveryPhrase, kept, place, pin)).toMatchObject({ is: "refused" });
  });
});
