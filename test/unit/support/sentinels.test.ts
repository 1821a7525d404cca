import { describe, expect, it } from "vitest";
import { findSentinels, makeSentinel } from "#test/support/sentinels.ts";

const sentinel = makeSentinel("word");
const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
const inside = (text: string) => Buffer.from(text);
const seen = (bytes: Buffer) => [{ where: "somewhere", bytes }];

describe("the search for sentinels", () => {
  it.each([
    ["as it is", inside(`before ${sentinel} after`)],
    ["in hexadecimal", inside(`00${Buffer.from(sentinel).toString("hex")}ff`)],
    ["in base64, at offset 0", inside(Buffer.from(`${sentinel}xyz`).toString("base64"))],
    ["in base64, at offset 1", inside(Buffer.from(`a${sentinel}xyz`).toString("base64"))],
    ["in base64, at offset 2", inside(Buffer.from(`ab${sentinel}xyz`).toString("base64url"))],
    ["in UTF-16", Buffer.from(`x${sentinel}`, "utf16le")],
  ])("finds one %s", async (_, bytes) => {
    expect(await findSentinels([sentinel], seen(bytes))).toEqual([`${sentinel} in somewhere`]);
  });

  it.each([
    ["as they are", Buffer.from([7, ...key, 7])],
    ["in hexadecimal", inside(`00${key.toString("hex")}`)],
    ["in base64", inside(Buffer.from([9, ...key, 9]).toString("base64url"))],
  ])("finds bytes %s", async (_, bytes) => {
    expect(await findSentinels([key], seen(bytes))).toEqual([`bytes ${key.toString("hex")} in somewhere`]);
  });

  it("finds words that stand in a list", async () => {
    const words = "zebra pencil harbour";
    const list = inside(JSON.stringify({ words: words.split(" ") }));
    expect(await findSentinels([words], seen(list))).toEqual([`${words} in somewhere`]);
  });

  it("refuses to look for what was never set", async () => {
    await expect(findSentinels([""], seen(inside("anything")))).rejects.toThrow("so short");
  });

  it("finds nothing where there is none", async () => {
    expect(await findSentinels([sentinel], seen(inside(makeSentinel("word"))))).toEqual([]);
  });
});
