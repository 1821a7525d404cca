import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Extract, extract, type Pack, pack } from "tar-stream";

/** A file that never lies on the disk in clear. */
export interface MemoryFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FOLDER = "openclaw/";

/** A folder, and a file that is only in memory, as one tar. Links are kept as links: what they point at is never read. */
export async function* packState(folder: string, file: MemoryFile): AsyncGenerator<Uint8Array, void> {
  const tar = pack();
  const write = async () => {
    for await (const path of listPaths(folder)) await addPath(tar, folder, path);
    tar.entry({ name: file.name }, Buffer.from(file.bytes));
    tar.finalize();
  };
  write().catch((error: unknown) =>
    tar.destroy(error instanceof Error ? error : new Error("The state could not be read.")),
  );
  for await (const part of tar) yield part as Uint8Array; // tar-stream writes bytes only
}

async function* listPaths(folder: string, within = ""): AsyncGenerator<string, void> {
  for (const name of (await readdir(join(folder, within))).sort()) {
    const path = join(within, name);
    yield path;
    if ((await lstat(join(folder, path))).isDirectory()) yield* listPaths(folder, path);
  }
}

async function addPath(tar: Pack, folder: string, path: string): Promise<void> {
  const full = join(folder, path);
  const found = await lstat(full);
  const head = { name: FOLDER + path, mode: found.mode & 0o777, mtime: found.mtime };
  if (found.isSymbolicLink()) return void tar.entry({ ...head, type: "symlink", linkname: await readlink(full) });
  if (found.isDirectory()) return void tar.entry({ ...head, type: "directory" });
  if (!found.isFile()) return; // sockets and pipes belong to processes
  await pipeline(
    createReadStream(full, { end: Math.max(0, found.size - 1) }),
    tar.entry({ ...head, size: found.size }),
  );
}

/** Unpacks into an empty folder, and gives back the file that stays in memory. Nothing is written outside the folder. */
export async function unpackState(
  tar: AsyncIterable<Uint8Array>,
  into: string,
  memoryName: string,
): Promise<Uint8Array | undefined> {
  const unpack = extract();
  const reading = readEntries(unpack, resolve(into), memoryName);
  reading.catch(() => undefined); // its failure is heard below, or was caused by the other's
  try {
    return await Promise.race([reading, feed(tar, unpack).then(() => reading)]);
  } finally {
    unpack.destroy(new Error("No more is read."));
  }
}

async function readEntries(unpack: Extract, root: string, memoryName: string): Promise<Uint8Array | undefined> {
  const links: [path: string, target: string][] = []; // made last, so that nothing is written through one
  let memory: Uint8Array | undefined;
  for await (const entry of unpack) {
    const { name, type, mode, linkname } = entry.header;
    if (name === memoryName) {
      memory = await readAll(entry);
      continue;
    }
    const path = placeOf(root, name);
    await mkdir(type === "directory" ? path : dirname(path), { recursive: true, mode: 0o700 });
    if (type === "symlink") links.push([path, linkname]);
    if (type === "file") await pipeline(entry, createWriteStream(path, { mode, flags: "wx" }));
    else entry.resume();
  }
  for (const [path, target] of links) await symlink(target, path);
  return memory;
}

/** By hand: this stream is none of Node's own, and `pipeline` loses its errors. */
async function feed(tar: AsyncIterable<Uint8Array>, unpack: Extract): Promise<void> {
  const isOver = new Promise<void>((resolve) => void unpack.once("close", resolve));
  for await (const part of tar) {
    if (unpack.destroyed) return;
    const isRoom = unpack.write(part);
    if (!isRoom) await Promise.race([isOver, new Promise<void>((resolve) => void unpack.once("drain", resolve))]);
  }
  unpack.end(undefined);
}

async function readAll(entry: AsyncIterable<unknown>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of entry) parts.push(part as Uint8Array); // the same
  return Buffer.concat(parts);
}

function placeOf(root: string, name: string): string {
  const path = resolve(root, name.slice(FOLDER.length));
  if (!name.startsWith(FOLDER) || !(path === root || path.startsWith(root + sep))) {
    throw new Error("The state holds a file that lies outside of it.");
  }
  return path;
}
