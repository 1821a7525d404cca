import { ApiError } from "../../api-client.ts";

/** Tells how far a transfer is, and ends it. */
interface Moving {
  onBytes?(bytes: number): void;
  readonly signal?: AbortSignal | undefined;
}

/** How sealed bytes go to their place and come from there: the addresses lead elsewhere than the API. */
export interface Transfer {
  put(
    target: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
    body: Blob,
    moving: Moving,
  ): Promise<void>;
  get(url: string, moving: Moving): AsyncIterable<Uint8Array>;
}

/** By `fetch` alone, which tells of an upload only its end. */
export function transferBy(ask: typeof fetch): Transfer {
  const answerOf = async (url: string, init: RequestInit, { signal }: Moving): Promise<Response> => {
    const response = await ask(url, { ...init, ...(signal && { signal }) }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new ApiError("network", "The place where files lie did not answer.", { cause });
    });
    if (!response.ok) throw refusedTransfer(response.status);
    return response;
  };
  return {
    async put({ url, headers }, body, moving) {
      const { "content-length": _length, ...own } = headers; // said by whoever sends the body
      await answerOf(url, { method: "PUT", headers: own, body }, moving);
      moving.onBytes?.(body.size);
    },
    async *get(url, moving) {
      const { body } = await answerOf(url, {}, moving);
      let seen = 0;
      for (const reader = body?.getReader(); reader; ) {
        const { done, value } = await reader.read();
        if (done) return;
        seen += value.length;
        moving.onBytes?.(seen);
        yield value;
      }
    },
  };
}

export const refusedTransfer = (status: number): ApiError =>
  status === 404
    ? new ApiError("file.not_found", "The file is not where it should be.")
    : new ApiError("reply", `The place where files lie answered ${status}.`);
