import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { startLocal } from "../../local/start-local.ts";
import type { RunningProduct } from "./product.ts";

/** Two kinds of tests may run at once. */
const FIRST_PORT: Record<string, number> = { integration: 4800, kills: 4850, e2e: 4900 };

/** Starts the whole product once for a run of tests, beside a developer's own, on fresh data; stops it when they are done. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = resolve(".local-test", project.name);
  const firstPort = FIRST_PORT[project.name];
  if (firstPort === undefined) throw new Error(`no ports are set aside for ${project.name}`);
  const product = await startLocal({ stateDir: folder, firstPort, open: false, warm: 1, reset: true });
  const { TableName: tenants = "", DirectoryName: directory = "" } = product.outputs;
  const tables = { tenants, directory };
  project.provide("product", { url: product.url, endpoint: product.endpoint, folder, tables } satisfies RunningProduct);
  return () => product.stop({ hurry: true });
}
