import { describe, expect, it } from "vitest";
import { ALL_CASES, ATTACKS } from "./cases.ts";
import { idsIn, readNamed } from "./named.ts";
import { writePage } from "./page.ts";

const named = readNamed();

/** A test that puts its lies between the real client and the real server. */
const usesDouble = ({ path, text }: { readonly path: string; readonly text: string }): boolean =>
  path.startsWith("test/security/hostile/") && text.includes('from "./double.ts"');

describe("K06 the published attacks", () => {
  it("are thirty-one", () => {
    expect(Object.keys(ATTACKS)).toHaveLength(31);
  });

  it.each(Object.entries(ATTACKS))("%s is tried through the hostile double: %s", (id) => {
    expect((named.get(id) ?? []).filter(usesDouble).map(({ path }) => path)).not.toEqual([]);
  });
});

describe("the ids in titles", () => {
  it("are found wherever a title can stand", () => {
    expect(idsIn("B07 B08 1P06: a vault")).toEqual(["B07", "B08", "1P06"]);
    expect(idsIn("is refused (A04) with BW123 and XA04")).toEqual(["A04"]);
    expect(named.get("A04")?.map(({ path }) => path)).toContain("test/unit/crypto/alterations.test.ts"); // describe.each
    expect(named.get("C06")?.map(({ path }) => path)).toContain("test/unit/channel/handshake.test.ts"); // it.each
  });

  it("name nothing that is in no table", () => {
    expect([...named.keys()].filter((id) => !(id in ALL_CASES))).toEqual([]);
  });
});

describe("docs/threats-covered.md", () => {
  it("says what the titles say (written anew with -u)", async () => {
    await expect(writePage(named)).toMatchFileSnapshot("../../../docs/threats-covered.md");
  });
});
