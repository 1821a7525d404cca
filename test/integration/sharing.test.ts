import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";

const PASSPHRASE = "seven words that nobody else has said";

/** Two people of an organisation share a vault, each from a machine of their own, through the running product. */
describe("a vault that two people share", () => {
  const place = joinProduct();
  const ann = new Person(place);
  const ben = new Person(place);
  let annsMachine: Machine;
  let bensMachine: Machine;
  const vault = (machine: Machine, ...args: string[]) => machine.run(["vault", ...args]);
  const password = (machine: Machine) => vault(machine, "get", "Bank", "password", "--in", "Finance");

  beforeAll(async () => {
    await ann.settle(PASSPHRASE, "Shared");
    await ben.settleWith(ann, PASSPHRASE);
    annsMachine = await Machine.make(place);
    bensMachine = await Machine.make(place);
    for (const [machine, { email }] of [
      [annsMachine, ann],
      [bensMachine, ben],
    ] as const) {
      await machine.signIn(email);
      await machine.unlock(PASSPHRASE);
    }
  });
  afterAll(async () => {
    await annsMachine.remove();
    await bensMachine.remove();
  });

  it("is offered with names only, and shows these and no secret", async () => {
    await annsMachine.json(["vault", "new", "Finance"]);
    const put = ["vault", "put", "Bank", "--in", "Finance", "--ask", "password"];
    expect(await annsMachine.run(put, { stdin: "of the bank\n" })).toMatchObject({ code: 0 });
    await annsMachine.json(["vault", "share", "Finance", ben.email, "--as", "list"]);
    expect((await vault(bensMachine, "ls", "--in", "Finance")).code).toBe(5);
    expect(await vault(bensMachine, "accept", "Finance")).toMatchObject({ code: 0 });
    expect((await vault(bensMachine, "ls", "--in", "Finance")).stdout).toContain("Bank");
    expect(await password(bensMachine)).toMatchObject({ code: 1, stdout: "" });
  });

  it("compares the same safety number on both sides, and keeps that it was", async () => {
    const seen = await annsMachine.json<{ safetyNumber: string }>(["people", "verify", ben.email]);
    const theirs = await bensMachine.json<{ safetyNumber: string }>(["people", "verify", ann.email]);
    expect(seen.safetyNumber).toBe(theirs.safetyNumber);
    const told = ["people", "verify", ben.email, "--same", theirs.safetyNumber];
    expect(await annsMachine.json(told)).toMatchObject({ isVerified: true });
    expect(await annsMachine.json(["people", "verify", ben.email])).toMatchObject({ isVerified: true });
    expect((await annsMachine.run(["people", "verify", ben.email, "--same", "12345"])).code).toBe(2);
  });

  it("is read once that is allowed, and written once that is", async () => {
    await annsMachine.json(["vault", "share", "Finance", ben.email, "--rights", "list,read"]);
    expect(await password(bensMachine)).toMatchObject({ code: 0, stdout: "of the bank\n" });
    const put = ["vault", "put", "Bank", "--in", "Finance", "--ask", "password"];
    expect(await bensMachine.run(put, { stdin: "changed by ben\n" })).toMatchObject({ code: 1 });
    await annsMachine.json(["vault", "share", "Finance", ben.email, "--as", "edit"]);
    expect(await bensMachine.run(put, { stdin: "changed by ben\n" })).toMatchObject({ code: 0 });
    expect(await password(annsMachine)).toMatchObject({ stdout: "changed by ben\n" });
  });

  it("is the same for both, as a line from one tells the other", async () => {
    const { checkpoint } = await annsMachine.json<{ checkpoint: string }>(["vault", "compare", "Finance"]);
    expect(await bensMachine.json(["vault", "compare", "Finance", checkpoint])).toMatchObject({ compared: "same" });
    expect(await bensMachine.run(["vault", "compare", "Finance", "hello"])).toMatchObject({ code: 2 });
  });

  it("is closed to who is removed, and everything in it is sealed anew", async () => {
    await annsMachine.json(["vault", "unshare", "Finance", ben.email, "--yes"]);
    expect((await vault(bensMachine, "ls", "--in", "Finance")).code).toBe(5);
    expect(await annsMachine.json(["vault", "members", "Finance"])).toEqual([
      expect.objectContaining({ email: ann.email, level: "manage" }),
    ]);
    const id = (await annsMachine.json<{ id: `vlt_${string}` }[]>(["vault", "groups"]))[0]?.id;
    if (!id) throw new Error("the vault is there");
    const { items } = await ann.api.vault.listItems({ vaultId: id });
    expect(items.map(({ keyGen }) => keyGen)).toEqual([2]);
    expect(await password(annsMachine)).toMatchObject({ stdout: "changed by ben\n" });
    await expect(ben.api.vault.listItems({ vaultId: id })).rejects.toMatchObject({ code: "vault.not_found" });
  });

  it("says of what the removed person could read that it should be changed, until it was", async () => {
    const listed = () => annsMachine.json<{ name: string }[]>(["vault", "ls", "--in", "Finance"]);
    expect(await listed()).toMatchObject([{ name: "Bank", exposedAt: expect.stringMatching(/^20/) }]);
    const changed = await annsMachine.json(["vault", "changed", "Bank", "--in", "Finance"]);
    expect(changed).toMatchObject({ id: expect.stringMatching(/^itm_/), exposedAt: null });
    expect(await listed()).toMatchObject([{ name: "Bank", exposedAt: null }]);
    expect(await vault(annsMachine, "changed", "No such item", "--in", "Finance")).toMatchObject({
      code: 5,
      stdout: "",
    });
  });
});

describe("the vault of the whole organisation", () => {
  const place = joinProduct();
  const [ann, ben] = [new Person(place), new Person(place)];
  let anns: Machine;
  let bens: Machine;
  const follow = (...more: string[]) => ["vault", "follow", "Everyone", ...more];
  const code = (machine: Machine) => machine.run(["vault", "get", "Door", "text", "--in", "Everyone"]);

  beforeAll(async () => {
    await ann.settle(PASSPHRASE, "Whole");
    await ben.settleWith(ann, PASSPHRASE);
    [anns, bens] = [
      await Machine.enrol(place, ann.email, PASSPHRASE),
      await Machine.enrol(place, ben.email, PASSPHRASE),
    ];
  });
  afterAll(async () => {
    for (const machine of [anns, bens]) await machine.remove();
  });

  it("is made once, by who runs the organisation", async () => {
    expect(await bens.run(["vault", "new", "Everyone", "--tenant"])).toMatchObject({ code: 1, stdout: "" });
    expect(await anns.json(["vault", "new", "Everyone", "--tenant"])).toMatchObject({ name: "Everyone" });
    expect((await anns.run(["vault", "new", "Everyone else", "--tenant"])).code).toBe(6);
    const put = ["vault", "put", "Door", "--type", "note", "--in", "Everyone", "--ask", "text"];
    expect(await anns.run(put, { stdin: "4711\n" })).toMatchObject({ code: 0 });
  });

  it("is offered to who is missing, on a person's word, with what their role may do", async () => {
    expect(await anns.run(follow())).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    expect((await bens.run(["vault", "accept", "Everyone"])).code).toBe(5);
    expect(await anns.json(follow("--yes"))).toEqual({ removed: [], offered: [ben.email], waiting: [] });
    expect(await bens.json(["vault", "accept", "Everyone"])).toMatchObject({ answer: "accept" });
    expect(await code(bens)).toMatchObject({ code: 0, stdout: "4711\n" });
    expect(await anns.json(["vault", "members", "Everyone"])).toMatchObject([{ level: "manage" }, { level: "edit" }]);
    expect(await anns.json(follow("--yes"))).toEqual({ removed: [], offered: [], waiting: [] });
  });

  it("lets go of who left, with another key for who stays", async () => {
    const userId = ben.account?.uid ?? expect.unreachable();
    await ann.api.tenants.removeMember({ userId });
    expect(await anns.json(follow())).toEqual({ removed: [userId], offered: [], waiting: [] });
    expect(await anns.json(["vault", "members", "Everyone"])).toMatchObject([{ email: ann.email }]);
    expect(await anns.json(["vault", "rotate", "--in", "Everyone"])).toMatchObject({ isNew: false, keyGen: 2 });
    expect(await code(anns)).toMatchObject({ code: 0, stdout: "4711\n" });
    const gone = await code(bens); // no vault of theirs any more, or, a few seconds later, no organisation
    expect([[1, 5].includes(gone.code ?? 0), gone.stdout]).toEqual([true, ""]);
  });

  it("is followed only where it is the organisation's", async () => {
    await anns.json(["vault", "new", "Finance"]);
    expect((await anns.run(["vault", "follow", "Finance"])).code).toBe(2);
  });
});
