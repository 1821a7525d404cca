import type { NewFile, OpenedFile } from "#shared/client/vault/files/files.ts";
import { safeFileName } from "#shared/client/vault/files/safe-name.ts";

/** A file that somebody chose, read as it is sealed. */
export const newFileOf = (file: File): NewFile => ({
  name: file.name,
  mediaType: file.type,
  bytes: file.size,
  read: () => file.stream(),
});

/** Hands it to the browser to be saved. Whatever it says that it is, no page of ours shows it: it is bytes, under a name that is safe. */
export function saveToDisk({ name, parts }: OpenedFile): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = safeFileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser reads it after the click
}
