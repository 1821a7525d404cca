import { beforeEach, describe, expect, it } from "vitest";
import { clearFile } from "#lambdas/vault/files/clear-files.ts";
import { FILE } from "#lambdas/vault/files/file.repository.ts";
import { readBytes } from "#lambdas/vault/vault.repository.ts";
import type { OpenedFile } from "#shared/client/vault/files/files.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { sealedFileBytes } from "#shared/crypto/vault/file.ts";
import { FILE_BYTES_MAX, TIERS } from "#shared/quotas.ts";
import { EDIT, GroupWorld, type Someone, share } from "#test/support/group-world.ts";
import { fileOf, noteOf } from "#test/support/vault-world.ts";

let world: GroupWorld;
let ann: Someone;
let book: VaultBook;
const code = (value: string) => ({ code: value });
const draftOf = (name: string, bytes?: number) => ({ name, note: "signed", file: fileOf(`${name}.pdf`, bytes) });
const bytesOf = ({ parts }: OpenedFile) => Buffer.concat(parts);
const written = (bytes: number) => Buffer.concat([...(fileOf("", bytes).read() as Uint8Array[])]);

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  book = await ann.vaults.open("own");
});

/** What the sweep does each minute. */
async function sweep(): Promise<void> {
  const tenantId = ann.account.tid;
  const due = [...world.store.rows.values()].filter(
    ({ dueShard, dueAt }) => String(dueShard).startsWith(`${FILE}#`) && String(dueAt) <= world.clock.toISOString(),
  );
  const ctx = world.jobCtx("sweep", { objects: world.objects });
  for (const { sk, dueAt } of due) await clearFile(ctx, { tenantId, sk: String(sk), dueAt: String(dueAt) });
}

describe("a file in a vault", () => {
  it("comes back whole, with its name and what it is; what is kept of it opens nothing by itself", async () => {
    const at = world.newItem();
    const listed = await book.saveFile(at, draftOf("Lease", 70_000));
    expect(listed.entry).toEqual({ type: "file", name: "Lease", detail: "Lease.pdf, 70 kB" });
    const opened = await (await world.freshDevice(ann).open("own")).openFile(at.id);
    expect(opened).toMatchObject({ name: "Lease.pdf", mediaType: "application/pdf" });
    expect(bytesOf(opened)).toEqual(written(70_000));
    const [kept] = world.objects.kept.values();
    expect(kept).toHaveLength(sealedFileBytes(70_000));
    expect(Buffer.from(kept ?? []).includes(written(70_000).subarray(0, 64))).toBe(false);
    expect([...world.objects.kept.keys()][0]).toMatch(
      new RegExp(`/t/${ann.account.tid}/vaults/vlt_\\w+/files/fil_\\w+$`),
    );
  });

  it("tells how far it is, there and back", async () => {
    const at = world.newItem();
    const seen: number[] = [];
    const onProgress = ({ done, of }: { done: number; of: number }) => seen.push(Math.round((100 * done) / of));
    await book.saveFile(at, draftOf("Lease", 200_000), { onProgress });
    await book.openFile(at.id, { onProgress });
    expect(seen.filter((at) => at === 100)).toHaveLength(2);
    expect(seen.length).toBeGreaterThan(4);
  });

  it("stays with its item when the words around it change, and goes when another takes its place", async () => {
    const at = world.newItem();
    await book.saveFile(at, draftOf("Lease", 70_000));
    const { entry, content, ...read } = await book.read(at.id);
    if (content.type !== "file" || !entry) throw new Error("not a file");
    await book.save(read, { entry: { ...entry, name: "Old lease" }, content: { ...content, note: "ended" } });
    expect(world.objects.puts).toHaveLength(1);
    expect(bytesOf(await book.openFile(at.id))).toEqual(written(70_000));
    await book.saveFile({ id: at.id, version: 2 }, draftOf("New lease", 5_000));
    expect(bytesOf(await book.openFile(at.id))).toEqual(written(5_000));
    expect(world.objects.kept.size).toBe(2);
    world.turn(301_000);
    await sweep();
    expect([...world.objects.kept.keys()]).toEqual([world.objects.puts[1]]);
    expect(bytesOf(await book.openFile(at.id))).toEqual(written(5_000));
  });

  it("is cleared away with its item, and not before nobody can put it back; its bytes are free at once", async () => {
    const before = await readBytes(ann.ctx.table);
    const at = world.newItem();
    await book.saveFile(at, draftOf("Lease", 70_000));
    expect(await readBytes(ann.ctx.table)).toBeGreaterThan(before + sealedFileBytes(70_000));
    await book.remove([{ id: at.id, version: 1 }]);
    expect(await readBytes(ann.ctx.table)).toBe(before);
    await sweep();
    expect(world.objects.kept.size).toBe(1);
    world.turn(301_000);
    await sweep();
    expect(world.objects.kept.size).toBe(0);
    await sweep();
    expect([...world.store.rows.values()].filter(({ sk }) => String(sk).includes("#FILE#"))).toEqual([]);
  });

  it("leaves the item as it was when the transfer breaks, and nothing behind once the hour is over", async () => {
    const at = world.newItem();
    await book.saveFile(at, draftOf("Lease", 70_000));
    const before = await readBytes(ann.ctx.table);
    const stop = new AbortController();
    const moving = { signal: stop.signal, onProgress: () => stop.abort(new Error("stopped")) };
    await expect(book.saveFile({ id: at.id, version: 1 }, draftOf("New", 90_000), moving)).rejects.toThrow("stopped");
    expect(bytesOf(await (await world.freshDevice(ann).open("own")).openFile(at.id))).toEqual(written(70_000));
    expect(await readBytes(ann.ctx.table)).toBe(before + sealedFileBytes(90_000));
    world.turn(3_599_000);
    await sweep();
    expect(await readBytes(ann.ctx.table)).toBe(before + sealedFileBytes(90_000));
    world.turn(2_000);
    await sweep();
    expect(await readBytes(ann.ctx.table)).toBe(before);
    expect(bytesOf(await book.openFile(at.id))).toEqual(written(70_000));
  });

  it("is not saved with an upload that was cleared away, or that was made for another item", async () => {
    const [one, two] = [world.newItem(), world.newItem()];
    const vaultId = book.vaultId;
    const { fileId } = await ann.api.uploadFile({ vaultId, itemId: one.id, bytes: sealedFileBytes(10) });
    const secretOf = (id: typeof fileId) => ({
      entry: { type: "file" as const, name: "Lease", detail: "" },
      content: {
        ...{ type: "file" as const, note: "" },
        file: {
          id,
          name: "a",
          mediaType: "",
          bytes: 10,
          version: 1,
          sealedBytes: 1157,
          key: "A".repeat(43),
          hash: "A".repeat(43),
        },
      },
    });
    await expect(book.save(two, secretOf(fileId))).rejects.toMatchObject(code("file.not_found"));
    world.turn(3_601_000);
    await sweep();
    await expect(book.save(one, secretOf(fileId))).rejects.toMatchObject(code("file.not_found"));
    expect(await (await world.freshDevice(ann).open("own")).list()).toEqual([]);
  });

  it("is refused above ten mebibytes and above the plan before anything is sent", async () => {
    const at = world.newItem();
    const vaultId = book.vaultId;
    await expect(book.saveFile(at, draftOf("Film", FILE_BYTES_MAX + 1))).rejects.toMatchObject(code("file.too_large"));
    const tooLong = ann.api.uploadFile({ vaultId, itemId: at.id, bytes: sealedFileBytes(FILE_BYTES_MAX) + 1 });
    await expect(tooLong).rejects.toMatchObject({
      code: "file.too_large",
      problem: { status: 413, details: { limit: FILE_BYTES_MAX } },
    });
    const full = Math.floor(TIERS.free.vaultBytesMax / sealedFileBytes(FILE_BYTES_MAX));
    for (let i = 0; i < full; i++)
      await ann.api.uploadFile({ vaultId, itemId: at.id, bytes: sealedFileBytes(FILE_BYTES_MAX) });
    const puts = world.objects.puts.length;
    const over = book.saveFile(at, draftOf("Film", 6_000_000));
    await expect(over).rejects.toMatchObject({ code: "quota.exceeded", problem: { details: { what: "vault bytes" } } });
    expect(world.objects.puts).toHaveLength(puts);
  });

  it("is counted once among fifty that come at the same moment, up to the plan", async () => {
    const { id: itemId } = world.newItem();
    const bytes = sealedFileBytes(FILE_BYTES_MAX);
    const asked = Array.from({ length: 50 }, () => ann.api.uploadFile({ vaultId: book.vaultId, itemId, bytes }));
    const answers = await Promise.allSettled(asked);
    const full = Math.floor(TIERS.free.vaultBytesMax / bytes);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(full);
  });
});

describe("a file in a vault of a group", () => {
  it("is read by who may read and sent by who may write", async () => {
    const ben = await world.colleague(ann, "ben");
    const eve = await world.colleague(ann, "eve");
    const shared = await share(ann, [
      { who: ben, rights: EDIT },
      { who: eve, rights: ["list"] },
    ]);
    const { vaultId } = shared;
    const at = world.newItem();
    await (await ben.vaults.open(vaultId)).saveFile(at, draftOf("Lease", 3_000));
    expect(bytesOf(await shared.book.openFile(at.id))).toEqual(written(3_000));
    await expect(eve.api.getFile({ vaultId, itemId: at.id })).rejects.toMatchObject(code("vault.forbidden"));
    const sending = eve.api.uploadFile({ vaultId, itemId: at.id, bytes: 2000 });
    await expect(sending).rejects.toMatchObject(code("vault.forbidden"));
    const stranger = await world.owner("elsewhere");
    await expect(stranger.api.getFile({ vaultId, itemId: at.id })).rejects.toMatchObject(code("vault.not_found"));
  });

  it("is sealed anew, under a key that nobody had, once somebody is removed", async () => {
    const ben = await world.colleague(ann, "ben");
    const { vaultId, book: ours } = await share(ann, [{ who: ben, rights: EDIT }]);
    const at = world.newItem();
    await ours.saveFile(at, draftOf("Lease", 40_000));
    await ours.save(world.newItem(), noteOf("Beside it"));
    const theirs = await ben.vaults.open(vaultId);
    const { content: seen } = await theirs.read(at.id);
    const [old] = world.objects.kept.keys();
    await ours.removeMember(ben.account.uid);
    await ours.reseal();
    expect(bytesOf(await ours.openFile(at.id))).toEqual(written(40_000));
    const { content: now } = await ours.read(at.id);
    if (seen.type !== "file" || now.type !== "file") throw new Error("not a file");
    expect(now.file).toMatchObject({ name: "Lease.pdf", bytes: 40_000, version: 2 });
    expect([now.file.key === seen.file.key, now.file.hash === seen.file.hash]).toEqual([false, false]);
    world.turn(301_000);
    await sweep();
    expect(world.objects.kept.has(old ?? "")).toBe(false);
    expect(world.objects.kept.size).toBe(1);
  });

  it("hinders nobody who seals anew when its bytes never came", async () => {
    const ben = await world.colleague(ann, "ben");
    const { vaultId, book: ours } = await share(ann, [{ who: ben, rights: EDIT }]);
    const at = world.newItem();
    await (await ben.vaults.open(vaultId)).saveFile(at, draftOf("Lease", 2_000));
    world.objects.kept.clear();
    await ours.removeMember(ben.account.uid);
    await ours.reseal();
    expect(ours.progress()).toEqual({ done: 1, of: 1, stuck: [] });
    await expect(ours.openFile(at.id)).rejects.toMatchObject(code("file.not_found"));
  });
});
