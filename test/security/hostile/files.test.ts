import { beforeEach, describe, expect, it } from "vitest";
import type { VaultApi } from "#shared/client/vault/head.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { GroupWorld, type Someone } from "#test/support/group-world.ts";
import { fileOf } from "#test/support/vault-world.ts";
import { lying } from "./double.ts";

/** The real client in front of a platform that lies about files, and of a place for objects that it rules as well. */
let world: GroupWorld;
let ann: Someone;
let book: VaultBook;
const draftOf = (name: string, bytes = 40_000) => ({ name, note: "", file: fileOf(`${name}.pdf`, bytes) });
const crypto = (code: string) => ({ name: "CryptoError", code });

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  book = await ann.vaults.open("own");
});

const facing = async (lies: Parameters<typeof lying<VaultApi>>[1]): Promise<VaultBook> => {
  const api: VaultApi = lying(ann.api, lies);
  return world.freshDevice(ann, { api }).open("own");
};

/** Two items with a file each, and where the sealed bytes of each lie. */
async function two() {
  const [one, other] = [world.newItem(), world.newItem()];
  await book.saveFile(one, draftOf("One"));
  await book.saveFile(other, draftOf("Other"));
  const [oneAt = "", otherAt = ""] = world.objects.puts;
  return { one, other, oneAt, otherAt };
}

const serving = (url: string, bytes: Uint8Array | undefined) => world.objects.kept.set(url, bytes ?? new Uint8Array(0));

describe("B05 B07 BW05 LP02: the file of one item in the place of another's", () => {
  it("is refused, whether the platform names it or the bytes are moved", async () => {
    const { one, other, oneAt, otherAt } = await two();
    const foreign = await ann.api.getFile({ vaultId: book.vaultId, itemId: other.id });
    const told = await facing({ getFile: (reply) => ({ ...reply, url: foreign.url }) });
    await expect(told.openFile(one.id)).rejects.toMatchObject(crypto("crypto.context"));
    const named = await facing({ getFile: () => foreign });
    await expect(named.openFile(one.id)).rejects.toMatchObject(crypto("crypto.manifest"));
    const [a, b] = [world.objects.kept.get(oneAt), world.objects.kept.get(otherAt)];
    serving(oneAt, b);
    serving(otherAt, a);
    await expect(book.openFile(one.id)).rejects.toMatchObject(crypto("crypto.context"));
    await expect(book.openFile(other.id)).rejects.toMatchObject(crypto("crypto.context"));
  });
});

describe("B09 DL01: an older file under the item as it is now", () => {
  it("is refused, and so is the older item under the manifest of now", async () => {
    const at = world.newItem();
    await book.saveFile(at, draftOf("Draft"));
    const old = await ann.api.getContent({ vaultId: book.vaultId, itemId: at.id });
    await book.saveFile({ id: at.id, version: 1 }, draftOf("Final"));
    const [oldAt = "", newAt = ""] = world.objects.puts;
    serving(newAt, world.objects.kept.get(oldAt));
    await expect(book.openFile(at.id)).rejects.toMatchObject(crypto("crypto.context"));
    const replayed = await facing({ getContent: () => old });
    await expect(replayed.openFile(at.id)).rejects.toMatchObject(crypto("crypto.manifest"));
  });
});

describe("B10 B11: a file that is cut off, goes on, is forged or is gone", () => {
  it("hands nothing out, and does not fill the memory of who reads it", async () => {
    const { one, oneAt } = await two();
    const true_ = world.objects.kept.get(oneAt) ?? new Uint8Array(0);
    for (const bytes of [true_.subarray(0, true_.length - 1), true_.subarray(0, 16_517), new Uint8Array(0)]) {
      serving(oneAt, bytes);
      await expect(book.openFile(one.id)).rejects.toMatchObject({ name: "CryptoError" });
    }
    serving(oneAt, new Uint8Array([...true_, 0]));
    await expect(book.openFile(one.id)).rejects.toMatchObject({ name: "CryptoError" });
    let served = 0;
    const endless = async function* () {
      yield true_;
      for (;;) {
        served += 1_000_000;
        yield new Uint8Array(1_000_000);
      }
    };
    const flooded = world.freshDevice(ann, { transfer: { ...world.objects.transfer, get: () => endless() } });
    await expect((await flooded.open("own")).openFile(one.id)).rejects.toMatchObject({ name: "CryptoError" });
    expect(served).toBeLessThanOrEqual(1_000_000);
    world.objects.kept.delete(oneAt);
    await expect(book.openFile(one.id)).rejects.toMatchObject({ code: "file.not_found" });
  });
});

describe("B12: what the platform is told of a file", () => {
  it("is where it lies and how long it is sealed, not what it is called or what it is", async () => {
    const said: string[] = [];
    const heard: VaultApi = lying(ann.api, {
      uploadFile: (reply, input) => {
        said.push(JSON.stringify([reply, input]));
        return reply;
      },
      changeItems: (reply, input) => {
        said.push(JSON.stringify([reply, input]));
        return reply;
      },
    });
    const at = world.newItem();
    await (await world.freshDevice(ann, { api: heard }).open("own")).saveFile(at, draftOf("Divorce", 1_000));
    await (await world.freshDevice(ann, { api: heard }).open("own")).saveFile(world.newItem(), draftOf("Will", 900));
    expect(said).toHaveLength(4);
    for (const text of said) expect(text).not.toMatch(/Divorce|Will|pdf/);
    const sizes = said.filter((text) => text.includes('"bytes"')).map((text) => /"bytes":(\d+)/.exec(text)?.[1]);
    expect(new Set(sizes)).toEqual(new Set(["1157"]));
  });
});
