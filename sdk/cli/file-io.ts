import { open, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { NewFile, OpenedFile } from "#shared/client/vault/files/files.ts";
import { safeFileName } from "#shared/client/vault/files/safe-name.ts";
import { FILE_BYTES_MAX } from "#shared/quotas.ts";
import { NotFound, UsageError } from "./failure.ts";

/** A file of this machine, to be kept. @throws NotFound, UsageError */
export async function readNewFile(path: string): Promise<NewFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new NotFound(`There is no file ${path}.`);
  if (!found.isFile()) throw new UsageError(`${path} is not a file.`);
  if (found.size > FILE_BYTES_MAX)
    throw new UsageError(`${path} is too large: a file in the vault has at most 10 MiB.`);
  const bytes = await readFile(path);
  return { name: basename(path), mediaType: "", bytes: bytes.length, read: () => [bytes] };
}

/** Writes what was opened, for this user alone and over nothing that is there; into a folder under its own name, made safe. */
export async function writeOpenedFile(path: string, { name, parts }: OpenedFile): Promise<string> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const to = isFolder ? join(path, safeFileName(name)) : path;
  const file = await open(to, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "EEXIST" ? new UsageError(`${to} is there already. Name another place.`) : error;
  });
  try {
    for (const part of parts) await file.writeFile(part);
  } catch (error) {
    await rm(to, { force: true }); // half of a file is none
    throw error;
  } finally {
    await file.close();
  }
  return to;
}
