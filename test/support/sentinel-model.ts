import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const KEEP = "write it down";
export const READ = "read it back";
const FILE = "kept.txt";

/** A provider whose model, told so, keeps a text in a file of its workspace and reads it again; to all else it says "noted". */
export async function openSentinelModel(text: string) {
  const asked: string[] = [];
  const results = new Map<string, string>(); // what each tool brought back
  const called = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    asked.push(`${request.headers.authorization} ${body}`);
    const { messages }: { messages: Message[] } = JSON.parse(body);
    for (const { role, tool_call_id = "", content } of messages)
      if (role === "tool") results.set(tool_call_id, JSON.stringify(content));
    const call = called.has(nameOf(messages)) ? undefined : callFor(nameOf(messages), text);
    if (call) called.add(call.name);
    response.setHeader("content-type", "text/event-stream");
    response.end(answer(call));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { baseUrl: `http://127.0.0.1:${port}/v1`, asked, results, close: () => void server.close() };
}

interface Message {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_call_id?: string;
}

interface Call {
  readonly name: string;
  readonly args: object;
}

/** Of the tool that is wanted. OpenClaw puts words of its own behind what was said, so all of it is looked at, the newest first. */
function nameOf(messages: readonly Message[]): string {
  const said = messages.filter(({ role }) => role === "user").map(({ content }) => JSON.stringify(content));
  const wanted = said.findLast((words) => words.includes(KEEP) || words.includes(READ));
  if (!wanted) return "";
  return wanted.includes(KEEP) ? "write" : "read";
}

function callFor(name: string, text: string): Call | undefined {
  if (name === "") return undefined;
  return { name, args: name === "write" ? { path: FILE, content: text } : { path: FILE } };
}

function answer(call: Call | undefined): string {
  const head = { id: "c1", object: "chat.completion.chunk", created: 1, model: "m" };
  const part = (delta: object, finish_reason: string | null = null) =>
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const said = call
    ? { tool_calls: [{ index: 0, id: `call${call.name}`, type: "function", function: asFunction(call) }] }
    : { content: "noted" };
  return `${part({ role: "assistant", ...said })}${part({}, call ? "tool_calls" : "stop")}data: [DONE]\n\n`;
}

const asFunction = ({ name, args }: Call) => ({ name, arguments: JSON.stringify(args) });
