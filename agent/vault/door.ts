import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import * as z from "zod";
import { parseJson } from "#shared/channel/envelope.ts";
import type { Borrower } from "../lending/borrower.ts";
import type { Holdings } from "./holdings.ts";
import { Refused } from "./references.ts";
import { type Reply, sendRequest } from "./request.ts";
import type { Slips } from "./slips.ts";

/**
 * Where our plugin in OpenClaw asks for the vault: on loopback, with a token that only OpenClaw has. It is told names and places, and it
 * has done what the owner has approved; a value it is never given. It also tells here what a call is that has to be approved.
 */
export interface Door {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

interface DoorInput {
  readonly holdings: Holdings;
  readonly permits: Slips;
  readonly calls: Slips;
  readonly fetch: typeof fetch;
  /** The way to other people's agents, while this one is somebody's. */
  readonly borrower: () => Borrower | undefined;
}

const ASK_BYTES_MAX = 200_000;
const Ask = z.object({ toolCallId: z.string().max(200) });
const Told = Ask.extend({ text: z.string().max(20_000) });

export async function openDoor(input: DoorInput): Promise<Door> {
  const token = randomBytes(32).toString("base64url");
  const server = createServer(async (request, response) => {
    const isOurs = isAllowed(request, token);
    const answering = isOurs ? answer(request, input) : Promise.resolve(refuse(401, "This is not for you."));
    const { status, body } = await answering.catch(() => refuse(500, "It failed."));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    token,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const refuse = (status: number, error: string): Answer => ({ status, body: { error } });

async function answer(request: IncomingMessage, input: DoorInput): Promise<Answer> {
  const path = `${request.method} ${request.url}`;
  if (path === "GET /items") return { status: 200, body: { items: tellItems(input.holdings) } };
  if (path === "POST /call") return hearCall(parseJson(await readText(request)), input);
  if (path === "POST /request") return doApproved(await readText(request), input, sendOwn(input));
  if (path === "GET /lent") return { status: 200, body: { lent: input.borrower()?.list() ?? [] } };
  if (path === "POST /lent") return doApproved(await readText(request), input, sendByOther(input));
  return refuse(404, "There is no such path.");
}

function hearCall(body: unknown, { calls }: DoorInput): Answer {
  const told = Told.safeParse(body).data;
  if (!told) return refuse(400, "That is no call.");
  calls.put(told.toolCallId, told.text);
  return { status: 200, body: {} };
}

type Send = (approved: string) => Promise<Reply>;

const sendOwn =
  ({ holdings, fetch }: DoorInput): Send =>
  (approved) =>
    sendRequest(approved, holdings, { fetch });

const sendByOther =
  ({ borrower }: DoorInput): Send =>
  async (approved) => {
    const way = borrower();
    if (!way) throw new Refused("Nothing is lent to you now.");
    return way.use(approved);
  };

/** What is sent is what was approved: nothing of it is taken from whoever asks now. */
async function doApproved(text: string, { permits }: DoorInput, send: Send): Promise<Answer> {
  const asked = Ask.safeParse(parseJson(text)).data;
  const approved = asked && permits.take(asked.toolCallId);
  if (approved === undefined) return refuse(403, "The owner has not approved this call.");
  try {
    return { status: 200, body: await send(approved) };
  } catch (error) {
    if (error instanceof Refused) return refuse(422, error.message);
    throw error;
  }
}

/** What a model may know unasked: the names, the fields there are, and where they may be sent. */
const tellItems = ({ list }: Holdings) =>
  list().map(({ as, sites, fields }) => ({
    ...{ name: as, sites },
    references: fields.map(({ name }) => `${as}/${name}`),
  }));

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  const given = Buffer.from((headers.authorization ?? "").replace(/^Bearer /, ""));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > ASK_BYTES_MAX) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
