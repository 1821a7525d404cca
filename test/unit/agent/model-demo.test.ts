import { describe, expect, it } from "vitest";
import { CALLS_PER_TURN, makeCallBudget } from "../../../agent/model/budget.ts";
import { answerAsDemo, spokenText } from "../../../agent/model/demo-model.ts";
import { makeMemory } from "../../../agent/openclaw/memory.ts";

const user = (content: unknown) => ({ role: "user", content });
const answer = (...messages: { role: string; content?: unknown }[]): string => {
  const given = answerAsDemo(messages);
  return "say" in given ? given.say.join("") : `${given.call}: ${given.args}`;
};

describe("the demo model", () => {
  it("says what it is and quotes what it heard", () => {
    const text = answer({ role: "system", content: "be kind" }, user("hello"));
    expect(text).toContain("demo model");
    expect(text).toContain('You said: "hello"');
    expect(text).not.toContain("be kind");
  });

  it("counts, a number at a time", () => {
    const given = answerAsDemo([user("please count to 3")]);
    expect(given).toEqual({ say: ["Demo model: ", "1 ", "2 ", "3 "], pauseMs: 30 });
  });

  it("runs a command by the tool, then tells what the tool said", () => {
    expect(answer(user("run: ls -la | wc -l"))).toBe('exec: {"command":"ls -la | wc -l"}');
    const after = [user("run: ls"), { role: "assistant" }, { role: "tool", content: "a.txt" }];
    expect(answer(...after)).toContain('"a.txt"');
  });

  it("asks for the vault by its tools", () => {
    expect(answer(user("vault: list"))).toBe("vault_list: {}");
    expect(answer(user('vault: {"url":"https://a.example"}'))).toBe('vault_request: {"url":"https://a.example"}');
    expect(answer(user("vault: whatever"))).toContain("You said");
  });

  it("recalls what was said before, when it is asked", () => {
    const talk = [user("my cat is Ada"), { role: "assistant", content: "noted" }, user("so what did I say?")];
    expect(answer(...talk)).toContain('- "my cat is Ada"');
    expect(answer(...talk)).not.toContain("so what");
    expect(answer(user("What did I say?"))).toContain("first thing");
  });

  it("recalls what it was told of an earlier time", () => {
    const memory = makeMemory();
    memory.keep("cnv_1", [{ user: "my cat is Ada", assistant: "noted" }]);
    const message = memory.introduce("cnv_1", "what did I say?");
    expect(answer(user(message))).toContain('- "my cat is Ada"');
    expect(spokenText(user(message))).toBe("what did I say?");
  });

  it("hears only what was said, not what OpenClaw writes around it", () => {
    const context = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\nanything\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>";
    const wrapped = "[Mon 2026-11-23 16:00 UTC] hello\n\nRuntime: agent=main model=x";
    expect(spokenText(user([{ type: "text", text: wrapped }]))).toBe("hello");
    expect(answer(user("hello"), user(context))).toContain('"hello"');
  });

  it.each([[[]], [[user("")]], [[user(null)]], [[user([{ type: "image" }, 7])]]])("answers %j, too", (messages) => {
    expect(answer(...messages)).toContain("demo model");
  });
});

describe("what was said before", () => {
  const turns = [1, 2, 3].map((n) => ({ user: `${n} ${"u".repeat(25_000)}`, assistant: "a" }));

  it("is told once, before the next message of its conversation", () => {
    const memory = makeMemory();
    memory.keep("cnv_1", [{ user: "hello", assistant: "hi" }]);
    expect(memory.introduce("cnv_2", "more")).toBe("more");
    expect(memory.introduce("cnv_1", "more")).toMatch(/User: hello\nYou: hi[\s\S]*more$/);
    memory.drop("cnv_1");
    expect(memory.introduce("cnv_1", "more")).toBe("more");
  });

  it("is cut to its last turns", () => {
    const memory = makeMemory();
    memory.keep("cnv_1", turns);
    const told = memory.introduce("cnv_1", "more");
    expect(told).toContain("User: 3");
    expect(told).toContain("User: 2");
    expect(told).not.toContain("User: 1");
  });
});

describe("the number of model calls", () => {
  const takeAll = (budget: ReturnType<typeof makeCallBudget>) => {
    let count = 0;
    while (count < 1_000 && budget.take()) count += 1;
    return count;
  };

  it("is bounded in a turn, and small outside of one", () => {
    const budget = makeCallBudget();
    expect(takeAll(budget)).toBe(10);
    budget.beginTurn();
    expect(takeAll(budget)).toBe(CALLS_PER_TURN);
    budget.endTurn();
    expect(takeAll(budget)).toBe(10);
  });

  it("grows with turns at one time, and what a turn leaves is not kept", () => {
    const budget = makeCallBudget(5);
    budget.beginTurn();
    budget.beginTurn();
    budget.endTurn();
    expect(takeAll(budget)).toBe(5);
  });
});
