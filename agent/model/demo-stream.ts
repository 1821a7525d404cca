import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { answerAsDemo, type ChatMessage, type DemoAnswer } from "./demo-model.ts";

/** Answers one request of the Chat Completions API as the demo model, streamed. */
export async function streamDemo(body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  const messages = Array.isArray(body["messages"]) ? (body["messages"] as ChatMessage[]) : []; // read field by field
  const answer = answerAsDemo(messages);
  const model = body["model"]; // another name would be told to the user as a change of model
  const head = {
    id: `chatcmpl-${randomUUID()}`,
    object: "chat.completion.chunk",
    created: Math.floor(Date.now() / 1000),
  };
  const write = (choice: object | undefined, more: object = {}) =>
    response.write(`data: ${JSON.stringify({ ...head, model, choices: choice ? [choice] : [], ...more })}\n\n`);
  const delta = (part: object, finish: string | null = null) => ({ index: 0, delta: part, finish_reason: finish });

  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  write(delta({ role: "assistant", content: "" }));
  if ("call" in answer) write(delta({ tool_calls: [toolCall(answer)] }));
  else await sayWords(answer, response, (word) => write(delta({ content: word })));
  if (response.destroyed) return;
  write(delta({}, "call" in answer ? "tool_calls" : "stop"));
  write(undefined, { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } });
  response.end("data: [DONE]\n\n");
}

async function sayWords(
  { say, pauseMs }: Extract<DemoAnswer, { say: unknown }>,
  response: ServerResponse,
  write: (word: string) => void,
): Promise<void> {
  for (const word of say) {
    if (response.destroyed) return; // the turn was stopped
    write(word);
    await sleep(pauseMs);
  }
}

const toolCall = ({ call, args }: Extract<DemoAnswer, { call: string }>) => ({
  index: 0,
  id: `call_${randomUUID().slice(0, 8)}`,
  type: "function",
  function: { name: call, arguments: args },
});
