import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { BUILDS, ensureBuilt } from "../../local/deploy/builds.ts";
import { listenOrigin } from "../../local/proxy/origin.ts";

declare module "vitest" {
  interface ProvidedContext {
    webUrl: string;
  }
}

interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** The web app alone, with the headers it always has: what it asks of the product is answered by each picture's own table. */
export async function serveWeb(): Promise<Served> {
  const root = resolve();
  const folder = join(root, ".local-test", "screens");
  await mkdir(folder, { recursive: true });
  await ensureBuilt(root, BUILDS.frontend, { log: join(folder, "build.log") });
  return serveFolder(join(root, "frontend", "dist"));
}

/** Any page as the web app is served, without a product behind it. */
export async function serveFolder(webRoot: string): Promise<Served> {
  const { url, open, close } = await listenOrigin(0);
  const nowhere = { endpoint: "http://127.0.0.1:9", httpApiId: "", relayApiId: "", relayStage: "" };
  open({ ...nowhere, webRoot, objects: `${url}/objects/` });
  return { url, close };
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await serveWeb();
  provide("webUrl", url);
  return close;
}
