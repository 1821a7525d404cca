import { describe, expect, it } from "vitest";
import { headingOf, paperOf } from "../../../frontend/src/components/vault/recovery/paper.ts";
import { describeStep, findCurrent, NOTHING_DONE, STEPS } from "../../../frontend/src/features/start/describe-start.ts";
import { slugFrom } from "../../../frontend/src/features/start/slug.ts";

const ALL_DONE = { organisation: true, passphrase: true, recovery: true, agent: true, firstMessage: true };

describe("the first steps", () => {
  it("begin with the organisation, and the others wait", () => {
    expect(STEPS.map((name) => describeStep(name, NOTHING_DONE, undefined))).toEqual([
      ...["current", "waiting", "waiting", "waiting", "waiting"],
    ]);
  });

  it("go on where they were left", () => {
    const done = { ...NOTHING_DONE, organisation: true, passphrase: true };
    expect(STEPS.map((name) => describeStep(name, done, undefined))).toEqual([
      ...["done", "done", "current", "waiting", "waiting"],
    ]);
  });

  it("ask for what was left out in the middle before what comes after it", () => {
    expect(findCurrent({ ...ALL_DONE, recovery: false })).toBe("recovery");
    expect(describeStep("firstMessage", { ...ALL_DONE, recovery: false, firstMessage: false }, "crashed")).toBe(
      "waiting",
    );
  });

  it("have failed at the last one while the agent that is waited for has crashed", () => {
    const done = { ...ALL_DONE, firstMessage: false };
    expect(describeStep("firstMessage", done, "crashed")).toBe("failed");
    expect(describeStep("firstMessage", done, "starting")).toBe("current");
    expect(describeStep("agent", done, "crashed")).toBe("done");
  });

  it("leave nothing to do when all are done, whatever the agent does later", () => {
    expect(findCurrent(ALL_DONE)).toBeUndefined();
    expect(describeStep("firstMessage", ALL_DONE, "crashed")).toBe("done");
  });
});

describe("a short name made from a long one", () => {
  it("keeps letters and digits, and joins them by single dashes", () => {
    expect(slugFrom("Acme & Söhne, 2nd Office")).toBe("acme-sohne-2nd-office");
  });

  it("begins with a letter and ends with no dash", () => {
    expect(slugFrom("42 & Co. ")).toBe("co");
    expect(slugFrom("!!!")).toBe("");
  });

  it("is never longer than forty characters, and is not cut so that a dash ends it", () => {
    expect(slugFrom(`${"a".repeat(39)} more`)).toBe("a".repeat(39));
  });
});

describe("the recovery phrase on paper", () => {
  it("says whose it is and where, because a person has one for each organisation", () => {
    expect(headingOf("ada@example.org", "Example Works")).toBe(
      "OCMT recovery phrase of ada@example.org in Example Works",
    );
  });

  it("numbers the words, because their order counts", () => {
    const paper = paperOf(
      "Whose",
      "abandon ability able about above absent absorb abstract absurd abuse access accident",
    );
    expect(paper.match(/^ ?\d+\. \w+$/gm)).toEqual([
      ...[" 1. abandon", " 2. ability", " 3. able", " 4. about", " 5. above", " 6. absent", " 7. absorb"],
      ...[" 8. abstract", " 9. absurd", "10. abuse", "11. access", "12. accident"],
    ]);
    expect(paper.startsWith("Whose\n")).toBe(true);
  });
});
