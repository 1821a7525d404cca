import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import type { Share } from "#shared/contracts/shares.ts";
import { Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";

const codeOf = (error: unknown): string => (error instanceof ApiError ? error.code : String(error));
const PASSPHRASE = "seven words that nobody else has said";

/** One item goes from a person to a colleague, each on a machine of their own, through the running product. */
describe("an item that one person shares with another", () => {
  const place = joinProduct();
  const ann = new Person(place);
  const ben = new Person(place);
  let anns: Machine;
  let bens: Machine;
  let given: Share;
  const share = (machine: Machine, ...args: string[]) => machine.run(["share", ...args]);
  const give = (...more: string[]) => anns.json<Share>(["share", "item", "Bank", ben.email, "--as", "read", ...more]);
  const putBank = (password: string) =>
    anns.run(["vault", "put", "Bank", "--ask", "password"], { stdin: `${password}\n` });

  beforeAll(async () => {
    await ann.settle(PASSPHRASE, "Handing");
    await ben.settleWith(ann, PASSPHRASE);
    anns = await Machine.make(place);
    bens = await Machine.make(place);
    await anns.signIn(ann.email);
    await bens.signIn(ben.email);
    await anns.unlock(PASSPHRASE);
    await bens.unlock(PASSPHRASE);
    expect(await putBank("of the bank")).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await anns.remove();
    await bens.remove();
  });

  it("is offered, shows nothing before it is accepted, and then its secret", async () => {
    given = await give();
    expect(await bens.json(["share", "ls"])).toMatchObject([{ id: given.id, state: "offered", name: null }]);
    expect((await share(bens, "open", given.id)).code).toBe(6);
    expect(await share(bens, "accept", given.id)).toMatchObject({ code: 0 });
    expect(await bens.json(["share", "ls"])).toMatchObject([{ state: "accepted", name: "Bank", opens: 0 }]);
    expect(await share(bens, "open", given.id, "password")).toMatchObject({ code: 0, stdout: "of the bank\n" });
    expect((await bens.run(["vault", "get", "Bank"])).code).toBe(5);
  });

  it("follows what its owner changes", async () => {
    expect(await putBank("of the new bank")).toMatchObject({ code: 0 });
    expect(await share(bens, "open", given.id, "password")).toMatchObject({ stdout: "of the new bank\n" });
  });

  it("of fifty opens at once at one less than the limit, gives exactly one", async () => {
    const limited = await give("--opens", "3");
    await bens.json(["share", "accept", limited.id]);
    for (let i = 0; i < 2; i++) await bens.json(["share", "open", limited.id]);
    /** A gateway that has no function for a request yet answers for it; who hears that asks again. */
    const open = async (): Promise<string> => {
      const code = await ben.api.shares.open({ shareId: limited.id }).then(() => "opened", codeOf);
      return code === "reply" ? open() : code;
    };
    const all = await Promise.all(Array.from({ length: 50 }, open));
    expect(Object.groupBy(all, (code) => code)).toEqual({
      opened: ["opened"],
      "share.spent": Array(49).fill("share.spent"),
    });
    const [told] = (await ann.api.shares.listGiven({ vaultId: limited.vaultId })).items.filter(
      ({ id }) => id === limited.id,
    );
    expect(told).toMatchObject({ opens: 3, opensMax: 3 });
    expect((await share(bens, "open", limited.id)).code).toBe(1);
    await anns.json(["share", "revoke", limited.id, "--yes"]);
  }, 120_000);

  it("is taken back: nothing opens any more, and the item says that its secret should be changed, until it is", async () => {
    expect(await anns.json(["share", "revoke", given.id, "--yes"])).toMatchObject({
      ...{ state: "revoked", isSealedAnew: true, isExposed: true },
    });
    expect((await share(bens, "open", given.id)).code).toBe(5);
    expect(await bens.json(["share", "ls"])).toEqual([]);
    expect((await anns.run(["vault", "ls"])).stdout).toContain("change it at the provider");
    expect(await putBank("another one")).toMatchObject({ code: 0 });
    expect(await anns.json(["vault", "ls"])).toMatchObject([{ name: "Bank", exposedAt: null }]);
  });

  it("leaves nothing with who declines, and tells who gave it", async () => {
    const { id } = await give("--until", "7d");
    await bens.json(["share", "decline", id]);
    expect(await bens.json(["share", "ls"])).toEqual([]);
    const all = await anns.json<Share[]>(["share", "ls", "--given"]);
    expect(all.find((one) => one.id === id)).toMatchObject({ state: "declined", name: "Bank" });
  });

  it("is refused for a level, date or number that there is not", async () => {
    const item = ["item", "Bank", ben.email];
    for (const wrong of [
      ["--as", "write"],
      ["--as", "read", "--until", "soon"],
      ["--as", "read", "--opens", "0"],
    ]) {
      expect((await share(anns, ...item, ...wrong)).code).toBe(2);
    }
    expect((await share(bens, "open", "nothing")).code).toBe(5);
  });

  it("keeps its vault's key while it is young, and says when the next is due", async () => {
    expect(await anns.json(["vault", "rotate"])).toMatchObject({ isNew: false, keyGen: 1 });
  });
});
