import type { ToolCall } from "#shared/channel/app-model.ts";

const SUMMARY_CHARS = 120;
const FIRST_KEYS = ["command", "cmd", "path", "url", "query"];

/** The one line that says what a call is about: its command, path or address where it has one. */
export function summariseArgs(args: unknown): string {
  if (args === undefined || args === null) return "";
  const known = typeof args === "object" ? FIRST_KEYS.map((key) => Reflect.get(args, key)) : [];
  const first = known.find((value) => typeof value === "string" && value !== "");
  const text = typeof first === "string" ? first : writeValue(args);
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > SUMMARY_CHARS ? `${line.slice(0, SUMMARY_CHARS)}…` : line;
}

/** Text as it is; anything else as JSON that can be read. */
export function writeValue(value: unknown): string {
  const content = textOfContent(value) ?? value;
  return typeof content === "string" ? content : (JSON.stringify(content, null, 2) ?? "");
}

/** Tools answer as `{content: [{type: "text", text}]}`; that text is what one wants to read. */
function textOfContent(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("content" in value) || !Array.isArray(value.content))
    return undefined;
  const texts = value.content.map((part: unknown) =>
    typeof part === "object" && part !== null && "text" in part ? part.text : undefined,
  );
  return texts.every((text) => typeof text === "string") ? texts.join("\n") : undefined;
}

export const TOOL_WORDS: Record<ToolCall["state"], string> = {
  running: "Running",
  waiting: "Waiting for your answer",
  done: "Done",
  refused: "Refused",
  failed: "Failed",
};
