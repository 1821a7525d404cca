import { ApiError } from "#shared/client/api-client.ts";
import { refusedTransfer, type Transfer, transferBy } from "#shared/client/vault/files/transfer.ts";

/** By XMLHttpRequest on the way out, which alone tells how far an upload is. */
export const browserTransfer: Transfer = {
  ...transferBy((url, init) => fetch(url, { ...init, credentials: "omit", referrerPolicy: "no-referrer" })),
  put: ({ url, headers }, body, { onBytes, signal }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("PUT", url);
      for (const [name, value] of Object.entries(headers))
        if (name !== "content-length") request.setRequestHeader(name, value); // the browser says that itself
      request.upload.onprogress = ({ loaded }) => onBytes?.(loaded);
      request.onload = () => (request.status < 300 ? resolve() : reject(refusedTransfer(request.status)));
      request.onerror = () => reject(new ApiError("network", "The place where files lie did not answer."));
      request.onabort = () => reject(signal?.reason);
      signal?.addEventListener("abort", () => request.abort(), { once: true });
      signal?.throwIfAborted();
      request.send(body);
    }),
};
