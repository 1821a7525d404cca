import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type Id, idOf } from "#shared/ids.ts";
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
  let lost: Machine;
  let deviceId: Id<"device">;

  beforeAll(async () => {
    await person.settle(PASSPHRASE);
    laptop = await Machine.make(place);
    server = await Machine.make(place, FROM_SOURCE);
    lost = await Machine.make(place);
    await laptop.signIn(person.email);
    await laptop.unlock(PASSPHRASE);
    await laptop.run(["vault", "put", "Savings bank", "--ask", "password"], { stdin: `${secret}\n` });
    await server.signIn(person.email);
  });
  afterAll(async () => {
    await person.retire();
    await laptop.remove();
    await server.remove();
    await lost.remove();
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
    await lost.signIn(person.email);
    const { words, done } = ask(lost, { json: true });
    await server.json(["devices", "let-in"], { stdin: `${await words}\n` });
    const { code, stdout } = await done;
    expect(code).toBe(0);
    ({ deviceId, sessionKey: lost.sessionKey } = Opened.parse(JSON.parse(stdout)));
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

  describe("and is taken back by the other", () => {
    const get = () => lost.run(["vault", "get", "Savings bank", "password"]);

    it("only where its vault is open, and by a word that means it", async () => {
      expect(await get()).toMatchObject({ code: 0, stdout: `${secret}\n` });
      const revoke = ["devices", "revoke", deviceId];
      expect((await laptop.run(revoke)).code).toBe(2);
      expect((await laptop.run([...revoke, "--yes"], { sessionKey: "" })).code).toBe(4);
      expect((await laptop.run(["devices", "revoke", "dev_nothing", "--yes"])).code).toBe(5);
      expect(await laptop.json([...revoke, "--yes"])).toEqual({ id: deviceId, revoked: true });
      expect((await laptop.run([...revoke, "--yes"])).code).toBe(5);
      const all = await laptop.json<Listed[]>(["devices"]);
      expect(all.find(({ id }) => id === deviceId)).toMatchObject({ revokedAt: expect.any(String), isCurrent: false });
      expect(all.filter(({ revokedAt }) => revokedAt !== null)).toHaveLength(1);
    });

    it("reads nothing any more, and lets nobody in", async () => {
      await expect.poll(get, { timeout: 15_000 }).toMatchObject({ code: 3, stdout: "" }); // sessions are looked up every five seconds
      expect((await lost.run(["devices", "let-in"], { stdin: "a b c d e f\n" })).code).toBe(3);
      expect((await laptop.run(["vault", "get", "Savings bank", "password"])).stdout).toBe(`${secret}\n`);
    });

    it("has what it held, as long as nobody changes the keys: who signs it in anew reads on, and after that no more", async () => {
      await lost.signIn(person.email);
      expect(await get()).toMatchObject({ code: 0, stdout: `${secret}\n` }); // docs/threat-model.md, a device that is taken back
      const next = "other words that nobody else has said either";
      const changed = await laptop.json<{ sessionKey: string }>(["keys", "rotate"], {
        stdin: `${PASSPHRASE}\n${next}\n${next}\n`,
      });
      laptop.sessionKey = changed.sessionKey;
      expect(await get()).toMatchObject({
        code: 4,
        stdout: "",
        stderr: expect.stringContaining("All keys were changed"),
      });
      expect((await lost.run(["unlock", "--raw"], { stdin: `${PASSPHRASE}\n`, sessionKey: "" })).code).toBe(4);
      expect((await laptop.run(["vault", "get", "Savings bank", "password"])).stdout).toBe(`${secret}\n`);
    });
  });
});

const Opened = z.strictObject({ sessionKey: z.string().length(43), deviceId: idOf("device") });

interface Listed {
  readonly id: string;
  readonly revokedAt: string | null;
}
