import { existsSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Runtime } from "./sandbox.ts";

/** The Node we run on ourselves, and the OpenClaw that is installed beside us, wherever the bundle lies. */
export function findRuntime(): Runtime {
  const manifest = findPackageJSON("openclaw", import.meta.url);
  if (!manifest) throw new Error("The package openclaw is not installed.");
  return { node: process.execPath, openclaw: dirname(manifest) };
}

/** Beside the bundle (agent/build.ts puts it there), or where its source is. */
const GATE_PLACES = ["./gate-plugin/", "../../gate-plugin/"];

export function findGatePlugin(): string {
  const places = GATE_PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(`${place}index.mjs`));
  if (!found) throw new Error("The gate plugin is missing; OpenClaw is not started without it.");
  return found;
}
