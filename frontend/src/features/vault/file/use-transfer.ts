import { useCallback, useEffect, useRef, useState } from "react";
import type { FileMoving, FileProgress } from "#shared/client/vault/files/files.ts";

export interface FileTransfer {
  /** While something moves. */
  readonly progress: FileProgress | undefined;
  /** @throws what the work throws; `Stopped` where it was ended here */
  run<T>(work: (moving: FileMoving) => Promise<T>): Promise<T>;
  stop(): void;
}

/** Somebody has ended a transfer: nothing was changed, and there is nothing to tell. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** One transfer at a time; it ends with the page that shows it. */
export function useTransfer(): FileTransfer {
  const [progress, setProgress] = useState<FileProgress>();
  const running = useRef<AbortController>(undefined);
  const stop = useCallback(() => running.current?.abort(new Stopped()), []);
  useEffect(() => stop, [stop]);
  const run = async <T>(work: (moving: FileMoving) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    running.current = controller;
    setProgress({ done: 0, of: 0 });
    try {
      return await work({ onProgress: setProgress, signal: controller.signal });
    } finally {
      setProgress(undefined);
    }
  };
  return { progress, run, stop };
}
