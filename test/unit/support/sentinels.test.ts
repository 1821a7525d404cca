import { describe, expect, it } from "vitest";
import { findSentinels, makeSentinel } from "#test/support/sentinels.ts";

const sentinel = makeSentinel("word");
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

  it("finds nothing where there is none", async () => {
    expect(await findSentinels([sentinel], seen(inside(makeSentinel("word"))))).toEqual([]);
  });
});
