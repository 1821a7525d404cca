import { describe, expect, it } from "vitest";
import { ALL_CASES, ATTACKS } from "./cases.ts";
import { idsIn, readNamed } from "./named.ts";
import { writePage } from "./page.ts";
import { tableOf } from "./table.ts";

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

describe("the table of a run", () => {
  const none = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  const counts = new Map(
    Object.entries({
      A01: { ...none, passed: 2, skipped: 3 },
      A02: { ...none, skipped: 4, pending: 1 },
      A03: { ...none, passed: 1, failed: 2, skipped: 1 },
      A04: { ...none, passed: 5 },
    }),
  );
  const lines = tableOf(counts, (id) => id !== "A06").split("\n");
  const lineOf = (start: string) => lines.find((line) => line.startsWith(start));

  it("says how many were skipped, and of what was only skipped not that it passed", () => {
    expect(lineOf("A01")).toMatch(/^A01 {3}passed 2, skipped 3 /);
    expect(lineOf("A02")).toMatch(/^A02 {3}skipped 5 /);
    expect(lineOf("A03")).toMatch(/^A03 {3}FAILED 2 of 3, skipped 1 /);
    expect(lineOf("A04")).toMatch(/^A04 {3}passed 5 /);
  });

  it("counts as tried what ran, and names the rest by why it did not", () => {
    expect(lines).toContain("3 ids tried, 1 failed");
    expect(lineOf("whose tests were all skipped")).toMatch(/: A02$/);
    expect(lineOf("named by tests that were not run here")).toMatch(/: A05 A07 /);
    expect(lineOf("named by no test")).toMatch(/: A06$/);
  });
});

describe("docs/threats-covered.md", () => {
  it("says what the titles say (written anew with -u)", async () => {
    await expect(writePage(named)).toMatchFileSnapshot("../../../docs/threats-covered.md");
  });
});
