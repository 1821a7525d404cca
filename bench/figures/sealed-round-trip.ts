import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { bytesOfFrame, readRelayFrame, writeRelayFrame } from "#shared/channel/envelope.ts";
import { FRAME_TYPES } from "#shared/channel/secure/frame.ts";
import { startOpener, startSealer } from "#shared/channel/secure/session.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { installProvider } from "#shared/crypto/primitives/provider.ts";
import { makeBytes, makeKey } from "#shared/crypto/primitives/random.ts";
import { nodeProvider } from "../../agent/platform/node-provider.ts";
import { type Bench, cpuMillis, type Figure, wallMillis } from "../figure.ts";
import { bootOpenClawAlone } from "../places/openclaw-alone.ts";
import { deployAndGreet, leave, makeOwner, PATIENCE_MS, useProduct } from "../places/running-product.ts";

/**
 * P4: what it costs that nobody between can read. The relay of the first figure is the same for both sides: a WebSocket server
 * on loopback that parses each text and hands it on; ours carries sealed frames, the peer's the words themselves.
 */
const TRIPS = 1_000;
const QUESTION = { type: "chat.send", text: "a question of the usual length, ".repeat(6) };
const ANSWER = { type: "chat.delta", text: "an answer of the usual length, ".repeat(20) };

interface End {
  readonly write: (message: object) => string;
  readonly read: (text: string) => unknown;
}

const prepareRelay = (meter: typeof cpuMillis) => async (): Promise<Bench> => {
  installProvider(nodeProvider);
  const relay = await startRelay();
  const [here, there] = await Promise.all([connect(relay.url), connect(relay.url)]);
  const [plain, sealed] = [{ here: plainEnd(), there: plainEnd() }, sealedEnds()];
  const measure = async (ends: { here: End; there: End }) => meter(() => makeTrips(here, there, ends));
  await measure(plain);
  await measure(sealed);
  return {
    measureOurs: () => measure(sealed),
    measurePeer: () => measure(plain),
    async end() {
      here.terminate();
      there.terminate();
      await relay.close();
    },
  };
};

async function makeTrips(here: WebSocket, there: WebSocket, ends: { here: End; there: End }): Promise<void> {
  const answer = (text: string) => {
    ends.there.read(text);
    there.send(ends.there.write(ANSWER));
  };
  const hear = (data: unknown) => answer(String(data));
  there.on("message", hear);
  for (let i = 0; i < TRIPS; i++) {
    here.send(ends.here.write(QUESTION));
    const [data] = await once(here, "message");
    ends.here.read(String(data));
  }
  there.off("message", hear);
}

/** The words in the relay's own envelope, so that both sides are routed alike. */
function plainEnd(): End {
  const sid = makeBytes(16);
  let seq = 0;
  return {
    write: (message) =>
      JSON.stringify({
        v: 1,
        to: "agent",
        kind: "frame",
        sid: Buffer.from(sid).toString("base64url"),
        seq: seq++,
        message,
      }),
    read: (text) => (JSON.parse(text) as { message: object }).message,
  };
}

function sealedEnds(): { here: End; there: End } {
  const [sid, there, back] = [makeBytes(16), makeKey(), makeKey()];
  const copy = (key: Uint8Array) => asKey(Uint8Array.from(key)); // a session overwrites what it was given
  const end = (sends: Uint8Array, receives: Uint8Array): End => {
    const sealer = startSealer({ sid, key: copy(sends), now: Date.now });
    const opener = startOpener({ sid, key: copy(receives), now: Date.now });
    return {
      write(message) {
        const seq = sealer.nextSeq();
        const bytes = sealer.seal(FRAME_TYPES.message, 0, Buffer.from(JSON.stringify(message)));
        return writeRelayFrame({ to: "agent", kind: "frame", sid, seq, bytes });
      },
      read(text) {
        const frame = readRelayFrame(text);
        const bytes = frame && bytesOfFrame(frame);
        if (!bytes) throw new Error("the relay carried something else");
        return JSON.parse(Buffer.from(opener.open(bytes).plaintext).toString());
      },
    };
  };
  return { here: end(there, back), there: end(back, there) };
}

async function startRelay(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const server = new WebSocketServer({ server: http });
  server.on("connection", (socket) =>
    socket.on("message", (data) => {
      const text = JSON.stringify({ ...JSON.parse(String(data)), from: "agent" });
      for (const other of server.clients) if (other !== socket) other.send(text);
    }),
  );
  const { port } = http.address() as AddressInfo; // it listens on TCP
  return {
    url: `ws://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      http.close();
    },
  };
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  return socket;
}

async function prepareAdded(): Promise<Bench> {
  const product = await useProduct();
  const person = await makeOwner(product);
  await deployAndGreet(person);
  const alone = await bootOpenClawAlone();
  const ours = async () => {
    const from = performance.now();
    await person.replyTo(await person.say("hello"), PATIENCE_MS);
    return performance.now() - from;
  };
  const peer = async () => (await alone.say("hello")).endMs;
  for (let i = 0; i < 3; i++) {
    await ours();
    await peer();
  }
  return {
    measureOurs: ours,
    measurePeer: peer,
    async end() {
      await leave(person);
      await alone.close();
    },
  };
}

const relayed = {
  what: "1,000 sealed round trips over a relay",
  peer: "the same words over the same relay, not sealed",
  target: { atMost: 1.3 },
  pairs: 15,
} as const;

export const sealedRoundTrip: readonly Figure[] = [
  { ...relayed, id: "P4.relay", unit: "ms", prepare: prepareRelay(wallMillis) },
  {
    ...relayed,
    id: "P4.relay_cpu",
    unit: "ms CPU",
    note: "both ends and the relay are one process; without TLS or a network a trip of plain words costs next to nothing.",
    prepare: prepareRelay(cpuMillis),
  },
  {
    id: "P4.reply",
    what: "question to whole reply through the product",
    peer: "openclaw gateway asked directly",
    unit: "ms",
    target: { atMost: 1.05 },
    pairs: 21,
    note: "the local product puts an AWS emulator written in Python, with IAM enforced, where API Gateway and DynamoDB are in AWS: each frame is a Lambda invocation of it.",
    prepare: prepareAdded,
  },
];
