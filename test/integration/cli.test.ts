import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "#shared/ids.ts";
import { FROM_SOURCE, Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { makeSentinel } from "#test/support/sentinels.ts";

const PASSPHRASE = "seven words that nobody else has said";

/** The command line program as other processes use it: exit codes, JSON, what is piped in; on two machines. */
describe("ocmt on two machines", () => {
  const place = joinProduct();
  const person = new Person(place);
  const secret = makeSentinel("cli-password");
  let laptop: Machine;
  let server: Machine;

  beforeAll(async () => {
    await person.settle(PASSPHRASE);
    laptop = await Machine.make(place);
    server = await Machine.make(place, FROM_SOURCE);
  });
  afterAll(async () => {
    await person.retire();
    await laptop.remove();
    await server.remove();
  });

  it("says what to do before anybody has signed in", async () => {
    const { code, stderr } = await laptop.run(["vault", "ls"]);
    expect([code, stderr]).toEqual([3, "ocmt: Sign in first: ocmt login\n"]);
  });

  it("signs in by the digits that the link shows, once", async () => {
    const { code, stdout } = await laptop.signIn(person.email);
    expect([code, stdout]).toEqual([0, expect.stringContaining("Signed in as")]);
    expect(await laptop.json(["whoami"])).toMatchObject({ email: person.email, role: "owner" });
  });

  it("opens nothing while locked, and not by another passphrase", async () => {
    expect(await laptop.run(["vault", "ls"])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("ocmt unlock"),
    });
    const wrong = await laptop.run(["unlock"], { stdin: "not the passphrase of this vault\n" });
    expect(wrong).toMatchObject({ code: 4, stdout: "" });
  });

  it("keeps a login whose password came by a pipe, and is given it back", async () => {
    await laptop.unlock(PASSPHRASE);
    const put = ["vault", "put", "Savings bank", "--set", "username=ada", "--ask", "password"];
    expect(await laptop.run(put, { stdin: `${secret}\n` })).toMatchObject({ code: 0 });
    expect(await laptop.run(["vault", "get", "Savings bank", "password"])).toMatchObject({
      code: 0,
      stdout: `${secret}\n`,
    });
    const listed = await laptop.run(["vault", "ls"]);
    expect(listed.stdout).toContain("Savings bank");
    expect(listed.stdout + (await laptop.run(["vault", "get", "Savings bank"])).stdout).not.toContain(secret);
  });

  it("gives it to a second machine, once that is a device of the account", async () => {
    await server.signIn(person.email);
    expect(await server.run(["vault", "get", "Savings bank", "password"])).toMatchObject({ code: 4, stdout: "" });
    await server.unlock(PASSPHRASE);
    expect(await server.run(["vault", "get", "Savings bank", "password"])).toMatchObject({
      code: 0,
      stdout: `${secret}\n`,
    });
    const devices = await server.json<{ name: string }[]>(["devices"]);
    expect(devices.filter(({ name }) => name.startsWith("ocmt on"))).toHaveLength(2);
  });

  it("changes the one of that name, field by field, from either machine", async () => {
    await server.json(["vault", "put", "Savings bank", "--stdin"], { stdin: JSON.stringify({ username: "grace" }) });
    const seen = await laptop.json(["vault", "get", "Savings bank"]);
    expect(seen).toMatchObject({ username: "grace", password: secret, version: 2 });
  });

  it("takes eight commands at once with one session", async () => {
    const names = Array.from({ length: 8 }, (_, i) => `note ${i}`);
    const put = (name: string) =>
      laptop.run(["vault", "put", name, "--type", "note", "--ask", "text"], { stdin: "x\n" });
    const codes = await Promise.all(names.map(async (name) => (await put(name)).code));
    expect(codes).toEqual(names.map(() => 0));
    const { stdout } = await server.run(["--json", "vault", "ls", "note", "--type", "note"]);
    expect(JSON.parse(stdout)).toHaveLength(8);
  });

  it("takes no secret from its arguments", async () => {
    const { code, stderr } = await laptop.run(["vault", "put", "Savings bank", "--set", "password=in the open"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--ask password")]);
  });

  it("tells apart by exit code what went wrong, and says it as JSON", async () => {
    const missing = await laptop.run(["--json", "vault", "get", "no such thing"]);
    expect([missing.code, JSON.parse(missing.stderr)]).toEqual([
      5,
      { error: { code: "not_found", title: expect.any(String) } },
    ]);
    expect((await laptop.run(["vault", "rm", "Savings bank"])).code).toBe(2);
    expect((await laptop.run(["vault", "steal"])).code).toBe(2);
    expect((await laptop.run(["vault", "ls"], { sessionKey: "A".repeat(43) })).code).toBe(4);
  });

  it("talks with the agent, which is woken by it", async () => {
    const { id: agentId } = await person.deploy("Ada");
    await person.isOpen();
    const said = await laptop.run(["agent", "chat", "Ada", "remember the word zebra"]);
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining("zebra") });
    await laptop.run(["agent", "stop", "Ada"]);
    await person.untilAgent(agentId, "stopped");
    person.link?.close();
    const answer = await server.json(["agent", "chat", "Ada"], { stdin: "what did I say before?" });
    expect(answer).toMatchObject({ state: "final", text: expect.any(String) });
  });

  it("removes what it is told to", async () => {
    const names = Array.from({ length: 8 }, (_, i) => `note ${i}`);
    expect((await laptop.run(["vault", "rm", "--yes", ...names])).code).toBe(0);
    expect(await server.json<unknown[]>(["vault", "ls"])).toHaveLength(1);
  });

  it("keeps nothing on disk that opens the vault, and nothing that others may read", async () => {
    for (const { home, sessionKey } of [laptop, server]) {
      const files = await readdir(home, { recursive: true, withFileTypes: true });
      for (const file of files) {
        const path = join(file.parentPath, file.name);
        expect((await stat(path)).mode & 0o077).toBe(0);
        if (!file.isFile()) continue;
        const bytes = await readFile(path, "latin1");
        for (const known of [secret, PASSPHRASE, person.recoveryPhrase, sessionKey ?? ""])
          expect(bytes).not.toContain(known);
      }
    }
  });

  it("opens nothing by the old key once it is locked", async () => {
    await server.run(["lock"]);
    expect((await server.run(["vault", "ls"])).code).toBe(4);
  });

  it("is refused by the relay, for its agent too, once another machine has taken it back", async () => {
    const devices = await laptop.json<Listed[]>(["devices"]);
    const [, servers] = devices
      .filter(({ name }) => name.startsWith("ocmt on"))
      .toSorted((one, other) => one.createdAt.localeCompare(other.createdAt));
    const { id: deviceId } = servers ?? expect.unreachable();
    const [agent] = (await person.api.agents.list({})).items;
    const ticket = () => person.api.chat.relayTicket({ agentId: agent?.id ?? expect.unreachable(), deviceId });
    expect(await laptop.json(["devices", "revoke", deviceId, "--yes"])).toEqual({ id: deviceId, revoked: true });
    await expect(ticket()).rejects.toMatchObject({ code: "device.revoked" });
  });

  it("opens nothing after signing out", async () => {
    await laptop.run(["logout"]);
    expect((await laptop.run(["vault", "ls"])).code).toBe(3);
  });
});

interface Listed {
  readonly id: Id<"device">;
  readonly name: string;
  readonly createdAt: string;
}
