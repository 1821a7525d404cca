import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Seen } from "./platform-view.ts";

/** What stands for the way, not for what is said. */
const OF_THE_WAY = ["host", "connection", "content-length", "transfer-encoding", "content-encoding"];

/** An address at which the product answers, and where everything is kept that a program sends it and is sent, headers too. No sockets. */
export async function openRecordingProxy(url: string, into: Seen[]) {
  const server = createServer(async (asked, reply) => {
    const sent = Buffer.concat(await asked.toArray());
    const headers = new Headers({ origin: url }); // the service is its own client
    for (const [name, value] of Object.entries(asked.headers))
      if (!OF_THE_WAY.includes(name) && name !== "origin") headers.set(name, String(value));
    const line = `${asked.method} ${asked.url}`;
    into.push({ where: `request ${line}`, bytes: Buffer.concat([Buffer.from(`${line}\n${[...headers]}\n`), sent]) });
    const init = { method: asked.method ?? "GET", headers, ...(sent.length > 0 ? { body: sent } : {}) };
    const answer = await fetch(`${url}${asked.url}`, { ...init, redirect: "manual" }).catch(() => undefined);
    if (!answer) return void reply.writeHead(502).end();
    const received = Buffer.from(await answer.arrayBuffer());
    into.push({ where: `reply ${line}`, bytes: Buffer.concat([Buffer.from(`${[...answer.headers]}\n`), received]) });
    for (const [name, value] of answer.headers)
      if (!OF_THE_WAY.includes(name) && name !== "set-cookie") reply.setHeader(name, value);
    reply.setHeader("set-cookie", answer.headers.getSetCookie());
    reply.writeHead(answer.status).end(received);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
