import { describe, expect, it } from "vitest";
import { answerAsDemo } from "../../../agent/model/demo-model.ts";
import { isDemo, suggest } from "../../../frontend/src/features/chat/thread/suggest.ts";

describe("what one could say first", () => {
  it("is nothing until it is known which model answers", () => {
    expect(suggest(undefined)).toEqual([]);
  });

  it("is nothing where the model cannot be read or was never sealed", () => {
    for (const unknown of [undefined, null]) expect(suggest(isDemo(unknown))).toEqual([]);
    expect([isDemo({ kind: "demo" }), isDemo({ kind: "openai" })]).toEqual([true, false]);
  });

  it.each(suggest(true))("is something that the demo model does more with than quote it: %s", (text) => {
    const answer = answerAsDemo([{ role: "user", content: text }]);
    expect("say" in answer ? answer.say.join("") : answer.call).not.toContain("You said:");
  });

  it("is something else for a model that understands", () => {
    expect(suggest(false)).toHaveLength(4);
    expect(suggest(false).filter((text) => suggest(true).includes(text))).toEqual([]);
  });
});
