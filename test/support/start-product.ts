import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { startLocal } from "../../local/start-local.ts";
import type { RunningProduct } from "./product.ts";

/** Starts the whole product once for a run of tests, beside a developer's own, on fresh data; stops it when they are done. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = resolve(".local-test", project.name);
  const product = await startLocal({ stateDir: folder, firstPort: 4800, open: false, warm: 1, reset: true });
  const { TableName: tenants = "", DirectoryName: directory = "" } = product.outputs;
  const tables = { tenants, directory };
  project.provide("product", { url: product.url, endpoint: product.endpoint, folder, tables } satisfies RunningProduct);
  return () => product.stop({ hurry: true });
}
