import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { sealedFileBytes } from "#shared/crypto/vault/file.ts";
import { newId } from "#shared/ids.ts";
import { FILE_BYTES_MAX } from "#shared/quotas.ts";
import { Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";

const PASSPHRASE = "seven words that nobody else has said";

/** Files through the running product: to the bucket and back, from one machine to another, and what the addresses refuse. */
describe("a file in the vault", () => {
  const place = joinProduct();
  const ann = new Person(place);
  let laptop: Machine;
  let server: Machine;

  beforeAll(async () => {
    await ann.settle(PASSPHRASE);
    laptop = await Machine.make(place);
    server = await Machine.make(place);
    for (const machine of [laptop, server]) {
      await machine.signIn(ann.email);
      await machine.unlock(PASSPHRASE);
    }
  });
  afterAll(async () => {
    await laptop.remove();
    await server.remove();
  });

  it("of ten mebibytes comes back on another machine as it was, and over nothing that is there", async () => {
    const content = Buffer.alloc(FILE_BYTES_MAX);
    for (let at = 0; at < content.length; at += 65_536) content.set(makeBytes(65_536), at);
    const [from, to] = [join(laptop.home, "film.bin"), join(server.home, "copy.bin")];
    await writeFile(from, content);
    expect(await laptop.json(["vault", "put", "Film", "--file", from])).toMatchObject({ type: "file", version: 1 });
    const got = await server.json(["vault", "get", "Film", "--out", to]);
    expect(got).toMatchObject({ path: to, bytes: FILE_BYTES_MAX });
    expect(content.equals(await readFile(to))).toBe(true);
    expect(await server.run(["vault", "get", "Film", "--out", to])).toMatchObject({ code: 2 });
    expect(await server.json(["vault", "get", "Film", "--out", server.home])).toMatchObject({
      path: join(server.home, "film.bin"),
    });
    await writeFile(from, Buffer.alloc(FILE_BYTES_MAX + 1));
    expect(await laptop.run(["vault", "put", "Longer", "--file", from])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("10 MiB"),
    });
  });

  it("E09 is put once, at its own place, with as many bytes as were said, by who has the address", async () => {
    const { items } = await ann.api.vault.listVaults({});
    const vaultId = items[0]?.id ?? newId("vault", new Date());
    const bytes = sealedFileBytes(100);
    const ask = () => ann.api.vault.uploadFile({ vaultId, itemId: newId("item", new Date()), bytes });
    const put = async (url: string, body: Uint8Array<ArrayBuffer>, headers = {}) =>
      (await fetch(url, { method: "PUT", body, headers: { "if-none-match": "*", ...headers } })).status;
    const own = await ask();
    const [file, longer] = [new Uint8Array(bytes), new Uint8Array(bytes + 1)];
    const elsewhere = (change: (path: string) => string) => {
      const url = new URL(own.url);
      url.pathname = change(url.pathname);
      return url.href;
    };
    const others = [
      elsewhere((path) => path.replace(/tnt_\w+/, newId("tenant", new Date()))),
      elsewhere((path) => path.replace(/fil_\w+/, newId("file", new Date()))),
      elsewhere((path) => path.replace(/vaults\//, "vaults%2F..%2Fagents/")),
      own.url.replace(/X-Amz-Signature=../, "X-Amz-Signature=00"),
    ];
    for (const url of others) expect([url.slice(-20), await put(url, file)]).toEqual([url.slice(-20), 403]);
    expect(await put(own.url, longer)).toBeGreaterThanOrEqual(400);
    expect((await fetch(own.url, { method: "PUT", body: file })).status).toBe(403); // without the condition that was signed
    expect((await fetch(own.url)).status).toBe(403); // it is for putting
    expect((await fetch(own.url, { method: "DELETE" })).status).toBe(403);
    expect(await put(own.url, file)).toBe(200);
    expect(await put(own.url, file)).toBe(412);
  });
});
