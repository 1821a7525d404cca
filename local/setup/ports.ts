import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import * as z from "zod";

export const HOST = "127.0.0.1";

const Ports = z.object({ origin: z.int().optional(), emulator: z.int().optional() });

/** The ports of the last run. They stand in mails, tokens and templates, so the next run takes the same if it can. */
export type Ports = z.infer<typeof Ports>;

export async function recallPorts(stateDir: string): Promise<Ports> {
  try {
    return Ports.parse(JSON.parse(await readFile(pathIn(stateDir), "utf8")));
  } catch {
    return {};
  }
}

export const rememberPorts = (stateDir: string, ports: Ports): Promise<void> =>
  writeFile(pathIn(stateDir), JSON.stringify(ports));

/** The first of these ports nobody listens on, or any other free one. */
export async function findFreePort(preferred: readonly number[]): Promise<number> {
  for (const port of preferred) if (await isFree(port)) return port;
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });

/** The port that was used before, then the next ones from `first` on. */
export const portsFrom = (first: number, before: number | undefined, count = 20): readonly number[] => [
  ...(before === undefined ? [] : [before]),
  ...Array.from({ length: count }, (_, index) => first + index).filter((port) => port <= 65_535),
];

const pathIn = (stateDir: string) => join(stateDir, "ports.json");
