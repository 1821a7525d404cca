import { mkdir, mkdtemp, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packState, unpackState } from "../../../agent/state/tar.ts";

const log = { name: "log.json", bytes: new TextEncoder().encode('{"said":"hello"}') };
const makeFolder = () => mkdtemp(join(tmpdir(), "ocmt-tar-"));

describe("a packed state", () => {
  it("comes out as it went in, and what is only for memory never reaches the disk", async () => {
    const [from, into] = [await makeFolder(), await makeFolder()];
    await mkdir(join(from, "deep", "er"), { recursive: true });
    await writeFile(join(from, "deep", "er", "large"), Buffer.alloc(1_000_000, 7));
    await writeFile(join(from, "empty"), "");
    await symlink("../outside", join(from, "deep", "link"));
    const memory = await unpackState(packState(from, log), into, log.name);
    expect(Buffer.from(memory ?? []).toString()).toBe('{"said":"hello"}');
    expect(await readFile(join(into, "deep", "er", "large"))).toEqual(Buffer.alloc(1_000_000, 7));
    expect(await readFile(join(into, "empty"), "utf8")).toBe("");
    expect(await readlink(join(into, "deep", "link"))).toBe("../outside");
    await expect(readFile(join(into, "log.json"))).rejects.toThrow("ENOENT");
  });

  it.each(["openclaw/../../escaped", "elsewhere/file", "/etc/passwd"])("is refused when it names %s", async (name) => {
    const read = async function* () {
      yield ustar(name, "x");
    };
    await expect(unpackState(read(), await makeFolder(), log.name)).rejects.toThrow("lies outside");
  });

  it("fails, and does not hang, when its bytes break off", async () => {
    const from = await makeFolder();
    await writeFile(join(from, "file"), Buffer.alloc(100_000));
    const broken = async function* () {
      for await (const part of packState(from, log)) {
        yield part;
        throw new Error("cut");
      }
    };
    await expect(unpackState(broken(), await makeFolder(), log.name)).rejects.toThrow("cut");
  });
});

/** One file as a tar, written by hand: name, mode, size, time, checksum, type, magic. */
function ustar(name: string, text: string): Buffer {
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write("0000644\0", 100);
  head.write(text.length.toString(8).padStart(11, "0"), 124);
  head.write("00000000000", 136);
  head.write("        ", 148);
  head.write("0", 156);
  head.write("ustar\u000000", 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([head, Buffer.from(text.padEnd(512, "\0")), Buffer.alloc(1024)]);
}
