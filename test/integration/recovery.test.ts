import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { unlockByPassphrase } from "#shared/client/keyring.ts";
import { keyIdOf } from "#shared/client/recovery/kit/facts.ts";
import { Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { readPdf } from "#test/support/read-pdf.ts";
import { readQr } from "#test/support/read-qr.ts";

const PASSPHRASE = "seven words that nobody else has said";
const NEXT = "other words that nobody else has said either";

/** Recovery key and kit by the command line, and the key on a machine that has seen nothing. */
describe("ocmt recovery", () => {
  const place = joinProduct();
  const person = new Person(place);
  let laptop: Machine;
  let fresh: Machine;
  let key = "";
  const typeBack = (line: string) => {
    key = line;
    return line.replaceAll("-", " ");
  };

  beforeAll(async () => {
    await person.settle(PASSPHRASE, "Kitorg");
    laptop = await Machine.make(place);
    fresh = await Machine.make(place);
    await laptop.signIn(person.email);
    await laptop.unlock(PASSPHRASE);
    await fresh.signIn(person.email);
  });
  afterAll(async () => {
    await person.retire();
    await laptop.remove();
    await fresh.remove();
  });

  it("makes a key that counts once it was typed back, and a sheet with the key on it", async () => {
    const wrong = await laptop.run(["recovery", "key"], {
      stdin: `${PASSPHRASE}\n`,
      answer: (line) => line.slice(0, -1),
    });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("35 of 36 characters. Nothing was changed."),
    });
    expect((await person.api.keyring.getKeyring({})).slots).toHaveLength(2);
    const kit = join(laptop.home, "kit.pdf");
    const made = await laptop.run(["recovery", "key", "--kit", kit], { stdin: `${PASSPHRASE}\n`, answer: typeBack });
    expect(made).toMatchObject({ code: 0, stdout: `${key}\n` });
    const { texts, squares } = readPdf(await readFile(kit));
    expect(texts).toEqual(expect.arrayContaining(["Kitorg", person.email, place.url, ...key.split("-")]));
    expect(readQr(squares)).toContain(
      `Key id: ${keyIdOf(person.account?.root.rootSign.publicKey ?? new Uint8Array())}`,
    );
    expect((await stat(kit)).mode & 0o777).toBe(0o600);
    expect(await laptop.run(["recovery", "kit", "--out", kit])).toMatchObject({ code: 2 });
    const ways = await laptop.json<{ way: string; checkedAt: string | null }[]>(["recovery", "ls"]);
    expect(ways.find(({ way }) => way === "recovery key")).toMatchObject({ checkedAt: expect.any(String) });
  });

  it("draws a sheet without any secret, to be written on", async () => {
    const blank = join(laptop.home, "blank.pdf");
    expect(await laptop.run(["recovery", "kit", "--out", blank])).toMatchObject({ code: 0 });
    const { texts } = readPdf(await readFile(blank));
    expect(texts).toEqual(
      expect.arrayContaining(["Recovery phrase: twelve words", "Recovery key: nine groups of four"]),
    );
    for (const word of person.recoveryPhrase.split(" ")) expect(texts).not.toContain(word);
  });

  it("removes the key, which proves nothing from then on", async () => {
    expect(await laptop.run(["recovery", "key", "--remove"], { stdin: "not the passphrase\n" })).toMatchObject({
      code: 4,
    });
    expect(await laptop.run(["recovery", "key", "--remove"], { stdin: `${PASSPHRASE}\n` })).toMatchObject({ code: 0 });
    const check = () => fresh.run(["recovery", "check", "--key"], { stdin: `${key}\n` });
    expect(await check()).not.toMatchObject({ code: 0 });
    const again = await laptop.run(["recovery", "key"], { stdin: `${PASSPHRASE}\n`, answer: typeBack });
    expect(again).toMatchObject({ code: 0 });
    expect(await check()).toMatchObject({ code: 0 });
  });

  it("draws twelve new words that count once they were typed back, and then those from before open nothing", async () => {
    const before = person.recoveryPhrase;
    const check = (words: string) => fresh.run(["recovery", "check"], { stdin: `${words}\n` });
    const draw = (answer: (line: string) => string) =>
      laptop.run(["recovery", "words"], { stdin: `${PASSPHRASE}\n`, answer });
    const slip = (line: string) => line.split(" ").toReversed().join(" ");
    expect(await draw(slip)).toMatchObject({ code: 2, stderr: expect.stringContaining("Nothing was changed.") });
    expect(await check(before)).toMatchObject({ code: 0 });
    const drawn = await draw((line) => line.toUpperCase());
    expect(drawn).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[a-z]+( [a-z]+){11}\n$/) });
    expect(await check(before)).toMatchObject({ code: 4 });
    person.recoveryPhrase = drawn.stdout.trim();
    expect(await check(person.recoveryPhrase)).toMatchObject({ code: 0 });
  });

  it("takes another passphrase by the present one, and leaves words and what is open as they are", async () => {
    const change = (...lines: string[]) =>
      laptop.run(["--json", "keys", "passphrase"], { stdin: `${lines.join("\n")}\n` });
    const opens = async (passphrase: string) => {
      const { tid, uid } = person.account ?? expect.unreachable();
      return unlockByPassphrase(await person.api.keyring.getKeyring({}), { tid, uid }, passphrase, { deriveArgon2id });
    };
    const refused = { code: "crypto.commitment" };
    expect(await change("not the passphrase", NEXT, NEXT)).toMatchObject({ code: 4 });
    expect(await change(PASSPHRASE, NEXT, PASSPHRASE)).toMatchObject({ code: 2 });
    const weak = "passwordpasswordpassword"; // as the web app rates it
    expect(await change(PASSPHRASE, weak, weak)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Not strong enough"),
    });
    expect(await opens(PASSPHRASE)).toBeDefined();
    const { code, stdout } = await change(PASSPHRASE, NEXT, NEXT);
    expect([code, JSON.parse(stdout)]).toEqual([0, { changed: true }]);
    await expect(opens(PASSPHRASE)).rejects.toMatchObject(refused);
    expect(await opens(NEXT)).toBeDefined();
    expect(await laptop.run(["vault", "ls"])).toMatchObject({ code: 0 });
    expect(await fresh.run(["recovery", "check"], { stdin: `${person.recoveryPhrase}\n` })).toMatchObject({ code: 0 });
  });

  it("opens the vault with it on a machine that has seen nothing; all keys are changed, and the key is dead", async () => {
    const mistyped = await fresh.run(["unlock", "--key"], { stdin: `${key.slice(0, -1)}0\n` });
    expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining("“0” stands in no recovery key") });
    expect(await fresh.run(["recovery", "check", "--key"], { stdin: `${key}\n` })).toMatchObject({ code: 0 });
    expect(await fresh.run(["recovery", "check"], { stdin: `${person.recoveryPhrase}\n` })).toMatchObject({ code: 0 });
    const { code, stdout } = await fresh.run(["unlock", "--key", "--raw"], { stdin: `${key}\n\n` });
    expect(code).toBe(0);
    fresh.sessionKey = stdout.trim();
    expect(await fresh.run(["vault", "ls"])).toMatchObject({ code: 0 });
    const ways = await fresh.json<{ way: string }[]>(["recovery", "ls"]);
    expect(ways.map(({ way }) => way)).toEqual(["passphrase", "recovery phrase"]);
    expect(await fresh.run(["unlock", "--key"], { stdin: `${key}\n\n` })).not.toMatchObject({ code: 0 });
    expect(await fresh.run(["recovery", "check"], { stdin: `${person.recoveryPhrase}\n` })).toMatchObject({ code: 4 });
  });
});
