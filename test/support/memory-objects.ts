import type { Objects } from "#platform/services/objects.ts";
import { refusedTransfer, type Transfer } from "#shared/client/vault/files/transfer.ts";

/** Objects in memory, and what moves bytes to them and from them as S3 would: exactly so many, once, where the address says. */
export class MemoryObjects implements Objects {
  readonly kept = new Map<string, Uint8Array>();
  /** Each address that was given out to put something. */
  readonly puts: string[] = [];

  presignPut = async (tenantId: string, name: string, bytes: number) => {
    const url = `https://objects.example/t/${tenantId}/${name}`;
    this.puts.push(url);
    return { url, headers: { "if-none-match": "*", "content-length": String(bytes) } };
  };

  presignGet = async (tenantId: string, name: string) => `https://objects.example/t/${tenantId}/${name}`;

  remove = async (tenantId: string, names: readonly string[]) => {
    for (const name of names) this.kept.delete(`https://objects.example/t/${tenantId}/${name}`);
  };

  readonly transfer: Transfer = {
    put: async ({ url, headers }, body, { onBytes, signal }) => {
      onBytes?.(0);
      await Promise.resolve();
      signal?.throwIfAborted();
      if (headers["content-length"] !== String(body.size)) throw refusedTransfer(403);
      if (this.kept.has(url)) throw refusedTransfer(412);
      this.kept.set(url, new Uint8Array(await body.arrayBuffer()));
      onBytes?.(body.size);
    },
    get: (url, { onBytes }) => this.#read(url, onBytes),
  };

  async *#read(url: string, onBytes?: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
    const found = this.kept.get(url);
    if (!found) throw refusedTransfer(404);
    for (let at = 0; at < found.length; at += 50_000) {
      onBytes?.(Math.min(at + 50_000, found.length));
      yield found.subarray(at, at + 50_000);
    }
  }
}
