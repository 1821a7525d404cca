import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFiles } from "#sdk/profile/files.ts";
import { storesOf } from "#shared/client/device/stores.ts";
import { newId } from "#shared/ids.ts";

describe("what a machine keeps in files", () => {
  const agentId = newId("agent", new Date());
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocmt-kept-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("is changed by several at once, and each change counts", async () => {
    const programs = Array.from({ length: 6 }, () => openFiles(folder));
    await Promise.all(programs.map((files) => files.change<number>("count", (kept) => (kept ?? 0) + 1)));
    expect(await programs[0]?.get("count")).toBe(6);
  });

  it("C08 loses no pin when two programs learn of two things at once", async () => {
    const [one, other] = [openFiles(folder), openFiles(folder)].map((files) => storesOf(files, "ann", agentId).pins);
    await Promise.all([
      one?.change((pin) => ({ ...pin, envelopeVersion: 5, envelopeHash: "hash" })),
      other?.change((pin) => ({ ...pin, state: { seq: 9, hash: "saved" } })),
    ]);
    expect(await one?.read()).toMatchObject({ envelopeVersion: 5, state: { seq: 9 } });
  });
});
