import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A service with a key: it knows who asks, and tells back what it was sent, which is the worst it can do. */
export interface EchoService {
  readonly site: string;
  /** The keys it was sent, in order. */
  readonly keys: readonly (string | undefined)[];
  close(): void;
}

export async function openEchoService(): Promise<EchoService> {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const key = request.headers["x-api-key"];
    keys.push(typeof key === "string" ? key : undefined);
    response.end(`You sent ${key}. The forecast is rain.`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { site: `http://127.0.0.1:${port}`, keys, close: () => void server.close() };
}

/** What the demo model is told, so that it asks the service with a reference in the place of the key. */
export const askForecast = ({ site }: Pick<EchoService, "site">, reference = "weather/key"): string =>
  `vault: ${JSON.stringify({ url: `${site}/today`, use: [{ header: "x-api-key", reference }] })}`;
