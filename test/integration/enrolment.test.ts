import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FROM_SOURCE, Machine } from "#test/support/machine.ts";
import { listLetters } from "#test/support/mailbox.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { makeSentinel } from "#test/support/sentinels.ts";

const PASSPHRASE = "seven words that nobody else has said";
const WORDS = /^ {4}([a-z]+(?: [a-z]+){5})$/m;

/** A machine that asks to be let in, and the words that it shows while it waits. */
function ask(machine: Machine, more: { readonly json?: true; readonly breakOff?: Promise<unknown> } = {}) {
  const words = Promise.withResolvers<string>();
  const { json, breakOff } = more;
  const done = machine.run([...(json ? ["--json"] : []), "unlock", "--by-device", ...(json ? [] : ["--raw"])], {
    sessionKey: "",
    ...(breakOff && { breakOff }),
    onStderr(text) {
      const shown = json ? readAsking(text)?.asking.words.join(" ") : WORDS.exec(text)?.[1];
      if (shown) words.resolve(shown);
    },
  });
  void done.then(({ stderr }) => words.reject(new Error(stderr)));
  return { words: words.promise, done };
}

function readAsking(text: string): { readonly asking: { readonly words: string[] } } | undefined {
  const [line = "", rest] = text.split("\n");
  return rest === undefined ? undefined : JSON.parse(line);
}

describe("a machine that is let in by another", () => {
  const place = joinProduct();
  const person = new Person(place);
  const secret = makeSentinel("let-in-password");
  let laptop: Machine;
  let server: Machine;

  beforeAll(async () => {
    await person.settle(PASSPHRASE);
    laptop = await Machine.make(place);
    server = await Machine.make(place, FROM_SOURCE);
    await laptop.signIn(person.email);
    await laptop.unlock(PASSPHRASE);
    await laptop.run(["vault", "put", "Savings bank", "--ask", "password"], { stdin: `${secret}\n` });
    await server.signIn(person.email);
  });
  afterAll(async () => {
    await person.retire();
    await laptop.remove();
    await server.remove();
  });

  it("reads the vault after six words were typed at the other, and no passphrase", async () => {
    expect(await server.run(["vault", "get", "Savings bank", "password"])).toMatchObject({ code: 4, stdout: "" });
    const { words, done } = ask(server);
    const typed = await words;
    expect(await laptop.json<object[]>(["devices", "waiting"])).toEqual([
      expect.objectContaining({ name: expect.stringMatching(/^ocmt on /), expiresAt: expect.any(String) }),
    ]);
    expect((await laptop.run(["devices"])).stderr).toContain("A device asks to be let in");
    const wrong = await laptop.run(["devices", "let-in"], { stdin: "zebra zebra zebra zebra zebra zebra\n" });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("Nothing was sent") });
    const letIn = await laptop.json(["devices", "let-in"], { stdin: `${typed.toUpperCase()}\n` });
    expect(letIn).toMatchObject({ letIn: true });
    const { code, stdout } = await done;
    expect(code).toBe(0);
    server.sessionKey = stdout.trim();
    const got = await server.run(["vault", "get", "Savings bank", "password"]);
    expect(got).toMatchObject({ code: 0, stdout: `${secret}\n` });
    const devices = await server.json<{ name: string; isCurrent: boolean }[]>(["devices"]);
    expect(devices.filter(({ name, isCurrent }) => name.startsWith("ocmt on") && isCurrent)).toHaveLength(2);
    const letters = await listLetters(place.endpoint, person.email);
    expect(letters.filter((letter) => letter.includes("has let another one in"))).toHaveLength(1);
    for (const letter of letters) expect(letter).not.toContain(typed);
  });

  it("is a device like any other: it changes items, and lets in a third", async () => {
    const set = ["vault", "put", "Savings bank", "--stdin"];
    await server.json(set, { stdin: JSON.stringify({ username: "grace" }) });
    expect(await laptop.json(["vault", "get", "Savings bank"])).toMatchObject({ username: "grace", password: secret });
    const third = await Machine.make(place, FROM_SOURCE);
    await third.signIn(person.email);
    const { words, done } = ask(third, { json: true });
    await server.json(["devices", "let-in"], { stdin: `${await words}\n` });
    const { code, stdout } = await done;
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { sessionKey: expect.any(String), deviceId: expect.stringMatching(/^dev_/) },
    ]);
    await third.remove();
  });

  it("stays locked when it is turned away, and says so to a script", async () => {
    const { words, done } = ask(server, { json: true });
    await words;
    const [{ name } = { name: "" }] = await laptop.json<{ name: string }[]>(["devices", "waiting"]);
    expect(await laptop.json(["devices", "deny", name])).toMatchObject({ denied: true });
    const { code, stdout, stderr } = await done;
    const failure = JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
    expect([code, stdout, failure.error.code]).toEqual([4, "", "enrolment.denied"]);
    const late = await laptop.run(["devices", "let-in"], { stdin: `${await words}\n` });
    expect(late).toMatchObject({ code: 5, stderr: expect.stringContaining("No device asks") });
  });

  it("takes its request back when it is broken off", async () => {
    const shown = Promise.withResolvers<void>();
    const { words, done } = ask(server, { breakOff: shown.promise });
    await words;
    expect(await laptop.json<object[]>(["devices", "waiting"])).toHaveLength(1);
    shown.resolve();
    expect((await done).code).toBe(130);
    expect(await laptop.json(["devices", "waiting"])).toEqual([]);
  });

  it("is let in by no machine that is locked, and takes one way at a time", async () => {
    const locked = { sessionKey: "", stdin: "a b c d e f\n" };
    expect((await laptop.run(["devices", "let-in"], locked)).code).toBe(4);
    expect((await laptop.run(["devices", "waiting"], locked)).code).toBe(4);
    expect((await server.run(["unlock", "--by-device", "--words"])).code).toBe(2);
  });

  it("keeps nothing on disk that opens the vault by itself", async () => {
    const root = Buffer.from(person.account?.root.urk ?? "");
    expect(root).toHaveLength(32);
    for (const { home, sessionKey = "" } of [laptop, server]) {
      for (const file of await readdir(home, { recursive: true, withFileTypes: true })) {
        if (!file.isFile()) continue;
        const bytes = await readFile(join(file.parentPath, file.name));
        for (const known of [root, secret, sessionKey]) expect(bytes.includes(known)).toBe(false);
      }
    }
  });
});
