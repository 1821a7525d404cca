import { existsSync, readFileSync } from "node:fs";
import { hexToBytes } from "@noble/hashes/utils.js";

/** Public vectors lie beside the repository, in ../shared/vectors, and are not part of it. */
const FOLDER = new URL("../../../../shared/vectors/", import.meta.url);

export const HAS_VECTORS = existsSync(new URL("README.md", FOLDER));
if (!HAS_VECTORS) console.warn(`A01 skipped: no public test vectors at ${FOLDER.pathname}`);

export interface Vector {
  readonly tcId: number;
  readonly result: "valid" | "invalid" | "acceptable";
  readonly group: Readonly<Record<string, unknown>>;
  /** The bytes of a field written in hex. */
  bytes(name: string): Uint8Array;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface VectorFile {
  readonly testGroups: readonly ({ readonly tests: readonly Record<string, unknown>[] } & Record<string, unknown>)[];
}

/** All vectors of a Wycheproof file, each with the group it stands in. */
export function readVectors(name: string): Vector[] {
  const file = JSON.parse(readText(name)) as VectorFile; // Wycheproof's schema; each test checks the fields it uses
  return file.testGroups.flatMap((group) =>
    group.tests.map((fields) => ({
      tcId: Number(fields["tcId"]),
      result: fields["result"] as Vector["result"],
      group,
      fields,
      bytes: (field) => hexToBytes(String(fields[field])),
    })),
  );
}

export const readText = (name: string): string => readFileSync(new URL(`${name}.json`, FOLDER), "utf8");

/** What `attempt` gives, or undefined where it refuses. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
