/**
 * The demo model: no model at all, but a program that answers in a fixed way and says so in its first words. It needs no key and
 * no network, so the product can be tried, and tested, everywhere.
 */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
}

export type DemoAnswer = { readonly say: readonly string[]; readonly pauseMs: number } | { readonly run: string }; // a command for the exec tool

const WORD_PAUSE_MS = 12;
const COUNT_PAUSE_MS = 60;
const COUNT_MAX = 500;
const QUOTED_MAX = 2_000;

export function answerAsDemo(messages: readonly ChatMessage[]): DemoAnswer {
  const talk = messages.filter((message) => message.role !== "system" && spokenText(message) !== "");
  const last = talk.at(-1);
  if (last?.role === "tool") return speak(`The demo model ran it. The tool said: ${quote(spokenText(last))}`);
  const asked = talk.filter(({ role }) => role === "user").map(spokenText);
  const question = asked.at(-1) ?? "";
  const command = /^run:\s*([\s\S]+)$/i.exec(question)?.[1];
  if (command) return { run: command };
  const upTo = /\bcount to (\d{1,3})\b/i.exec(question)?.[1];
  if (upTo) return count(Math.min(Number(upTo), COUNT_MAX));
  return speak(
    `This is the demo model, a program with fixed answers. You said: ${quote(question)} (message ${asked.length} of this conversation` +
      `${asked.length > 1 ? `; the first was: ${quote(asked[0] ?? "")}` : ""})`,
  );
}

const speak = (text: string): DemoAnswer => ({ say: text.match(/\S+\s*/g) ?? [], pauseMs: WORD_PAUSE_MS });

const count = (upTo: number): DemoAnswer => ({
  say: ["Demo model: ", ...Array.from({ length: upTo }, (_, i) => `${i + 1} `)],
  pauseMs: COUNT_PAUSE_MS,
});

const quote = (text: string): string =>
  JSON.stringify(text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text);

const INTERNAL = /<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>[\s\S]*?<<<END_OPENCLAW_INTERNAL_CONTEXT>>>/g;
const TIME = /^\[[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d [^\]]*\]\s*/;
const RUNTIME = /\n\nRuntime: agent=[^\n]*$/;

/** What was said, without what OpenClaw writes around it: the time, a line about its run, context of its own. */
export function spokenText({ content }: ChatMessage): string {
  const parts: unknown[] = Array.isArray(content) ? content : [content];
  const text = parts.map(textOf).join("");
  return text.replace(INTERNAL, "").trim().replace(TIME, "").replace(RUNTIME, "").trim();
}

function textOf(part: unknown): string {
  if (typeof part === "string") return part;
  const hasText = typeof part === "object" && part !== null && "text" in part && typeof part.text === "string";
  return hasText ? String(part.text) : "";
}
