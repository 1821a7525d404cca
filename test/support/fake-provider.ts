import { createServer, type IncomingHttpHeaders } from "node:http";

/** A model provider that says one sentence, in the way of OpenAI's API or of Anthropic's, and keeps what it was asked. */
export interface FakeProvider {
  readonly baseUrl: string;
  readonly asked: { url: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }[];
  close(): Promise<void>;
}

export async function openFakeProvider(words: readonly string[]): Promise<FakeProvider> {
  const asked: FakeProvider["asked"] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const url = request.url ?? "";
    asked.push({ url, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(200, { "content-type": "text/event-stream" });
    const events = url.endsWith("/messages") ? asAnthropic(words) : asOpenAi(words);
    for (const [name, data] of events) response.write(`${name ? `event: ${name}\n` : ""}data: ${data}\n\n`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    baseUrl: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/v1`,
    asked,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

type Event = [name: string, data: string];

function asOpenAi(words: readonly string[]): Event[] {
  const chunk = (delta: object, finish: string | null): Event => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    return [
      "",
      JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: "their-model", choices }),
    ];
  };
  return [...words.map((content) => chunk({ role: "assistant", content }, null)), chunk({}, "stop"), ["", "[DONE]"]];
}

function asAnthropic(words: readonly string[]): Event[] {
  const event = (type: string, more: object = {}): Event => [type, JSON.stringify({ type, ...more })];
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "m1", type: "message", role: "assistant", model: "their-model", content: [], usage };
  return [
    event("message_start", { message: { ...message, stop_reason: null, stop_sequence: null } }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    ...words.map((text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
    event("content_block_stop", { index: 0 }),
    event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage }),
    event("message_stop"),
  ];
}
