import { earlierWords, withoutEarlier } from "../openclaw/memory.ts";

/**
 * The demo model: no model at all, but a program that answers in a fixed way and says so in its first words. It needs no key and
 * no network, so the product can be tried, and tested, everywhere.
 */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
}

export type DemoAnswer =
  | { readonly say: readonly string[]; readonly pauseMs: number }
  | { readonly call: string; readonly args: string }; // a tool, and what it is called with, as JSON

const WORD_PAUSE_MS = 12;
const COUNT_PAUSE_MS = 30;
const COUNT_MAX = 999;
const QUOTED_MAX = 2_000;
const RECALLED_MAX = 20;
const NAME = "This is the demo model, a program with fixed answers.";

export function answerAsDemo(messages: readonly ChatMessage[]): DemoAnswer {
  const talk = messages.filter((message) => message.role !== "system" && spokenText(message) !== "");
  const last = talk.at(-1);
  if (last?.role === "tool") return speak(`The demo model ran it. The tool said: ${quote(spokenText(last))}`);
  const asked = talk.filter(({ role }) => role === "user");
  const question = asked.length > 0 ? spokenText(asked.at(-1) ?? last ?? { role: "user" }) : "";
  const command = /^run:\s*([\s\S]+)$/i.exec(question)?.[1];
  if (command) return { call: "exec", args: JSON.stringify({ command }) };
  const [, from, used] = /^(vault|lent):\s*(list|\{[\s\S]*\})$/i.exec(question) ?? [];
  if (from && used) return callTool(from.toLowerCase(), used);
  const upTo = /\bcount to (\d{1,3})\b/i.exec(question)?.[1];
  if (upTo) return count(Math.min(Number(upTo), COUNT_MAX));
  if (/\bwhat did i (say|ask|write)\b/i.test(question)) return recall(asked);
  return speak(`${NAME} You said: ${quote(question)}`);
}

const callTool = (from: string, used: string): DemoAnswer =>
  used.startsWith("{") ? { call: `${from}_request`, args: used } : { call: `${from}_list`, args: "{}" };

/** All but the question itself, with what was told of a time before OpenClaw remembers. */
function recall(asked: readonly ChatMessage[]): DemoAnswer {
  const said = asked.flatMap((message) => [...earlierWords(wholeText(message)), spokenText(message)]).slice(0, -1);
  if (said.length === 0) return speak(`${NAME} This is the first thing you say here.`);
  const lines = said.slice(-RECALLED_MAX).map((text) => `\n- ${quote(text)}`);
  return speak(`${NAME} Before this you said:${lines.join("")}`);
}

const speak = (text: string): DemoAnswer => ({ say: text.match(/\s*\S+/g) ?? [], pauseMs: WORD_PAUSE_MS });

const count = (upTo: number): DemoAnswer => ({
  say: ["Demo model: ", ...Array.from({ length: upTo }, (_, i) => `${i + 1} `)],
  pauseMs: COUNT_PAUSE_MS,
});

const quote = (text: string): string =>
  JSON.stringify(text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text);

const INTERNAL = /<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>[\s\S]*?<<<END_OPENCLAW_INTERNAL_CONTEXT>>>/g;
const TIME = /^\[[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d [^\]]*\]\s*/;
const RUNTIME = /\n\nRuntime: agent=[^\n]*$/;

/** What was said, without what OpenClaw and we write around it: the time, a line about its run, context, earlier turns. */
export const spokenText = (message: ChatMessage): string => withoutEarlier(wholeText(message)).trim();

function wholeText({ content }: ChatMessage): string {
  const parts: unknown[] = Array.isArray(content) ? content : [content];
  const text = parts.map(textOf).join("\n");
  return text.replace(INTERNAL, "").trim().replace(TIME, "").replace(RUNTIME, "").trim();
}

function textOf(part: unknown): string {
  if (typeof part === "string") return part;
  const hasText = typeof part === "object" && part !== null && "text" in part && typeof part.text === "string";
  return hasText ? String(part.text) : "";
}
