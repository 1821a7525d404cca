import { useMutation } from "@tanstack/react-query";
import { Download, Paperclip, Upload } from "lucide-react";
import { useId, useState } from "react";
import type { FileProgress, OpenedFile } from "#shared/client/vault/files/files.ts";
import { describeBytes } from "#shared/client/vault/items/item-kinds.ts";
import type { KeptFile } from "#shared/client/vault/items/item-model.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { FILE_BYTES_MAX } from "#shared/quotas.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { saveToDisk } from "./browser-file.ts";
import { Stopped, useTransfer } from "./use-transfer.ts";

interface FileFieldProps {
  /** What the item has; none while it is new. */
  readonly kept: KeptFile | undefined;
  /** What was chosen, and is not saved yet. */
  readonly picked: File | undefined;
  readonly isFixed: boolean;
  readonly onPick: (file: File | undefined) => void;
  readonly onOpen: (moving: Parameters<Parameters<ReturnType<typeof useTransfer>["run"]>[0]>[0]) => Promise<OpenedFile>;
}

/** The file of an item: what is kept, to be saved to this device, and what takes its place. */
export function FileField({ kept, picked, isFixed, onPick, onOpen }: FileFieldProps) {
  return (
    <div className="flex flex-col gap-3">
      {kept && <Kept {...{ kept, onOpen }} isReplaced={picked !== undefined} />}
      {!isFixed && <Pick {...{ picked, onPick }} isNew={!kept} />}
    </div>
  );
}

function Kept({
  kept,
  isReplaced,
  onOpen,
}: Pick<FileFieldProps, "onOpen"> & { readonly kept: KeptFile; readonly isReplaced: boolean }) {
  const transfer = useTransfer();
  const save = useMutation({
    mutationFn: async () => saveToDisk(await transfer.run(onOpen)),
    gcTime: 0,
  });
  const error = save.error instanceof Stopped ? null : save.error;
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line bg-panel p-3">
      <div className="flex flex-wrap items-center gap-3">
        <Paperclip size={18} aria-hidden className="shrink-0 text-quiet" />
        <p className="min-w-40 flex-1">
          <span className="block font-medium wrap-anywhere">{kept.name}</span>
          <span className="block text-[13px] text-quiet">
            {describeBytes(kept.bytes)}
            {isReplaced && ", until you save"}
          </span>
        </p>
        <Button look="plain" disabled={save.isPending} onClick={() => save.mutate()}>
          <Download size={16} aria-hidden /> Save to this device
        </Button>
      </div>
      {transfer.progress && <Moving what="Fetching and opening" {...transfer} progress={transfer.progress} />}
      <p role="status" className="text-good empty:hidden">
        {save.isSuccess && "Opened, checked and handed to your browser."}
      </p>
      {error instanceof CryptoError ? <Altered /> : error && <Problem error={error} />}
    </div>
  );
}

const Altered = () => (
  <div role="alert" className="flex flex-col gap-1 rounded-lg border border-bad p-3">
    <p className="font-medium text-bad">This is not the file that was sealed</p>
    <p>What the service holds was altered, cut off or swapped. Nothing of it was saved. Tell your administrator.</p>
  </div>
);

function Pick({ picked, isNew, onPick }: Pick<FileFieldProps, "picked" | "onPick"> & { readonly isNew: boolean }) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState<string>();
  const asks = isNew ? "Choose a file, or drop it here" : "Put another file in its place";
  const take = (file: File | undefined) => {
    const isTooLarge = file !== undefined && file.size > FILE_BYTES_MAX;
    setTooLarge(isTooLarge ? `${file.name} has ${describeBytes(file.size)}` : undefined);
    if (file && !isTooLarge) onPick(file);
  };
  return (
    <div className="flex flex-col gap-1">
      <label
        htmlFor={id}
        className={`flex cursor-pointer flex-wrap items-center gap-3 rounded-lg border border-dashed p-4 has-focus-visible:outline-2 ${isOver ? "border-accent bg-panel" : "border-quiet"}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files[0]);
        }}
      >
        <Upload size={18} aria-hidden className="shrink-0 text-quiet" />
        <span className="min-w-0 flex-1">
          <span className="block font-medium wrap-anywhere">{picked ? picked.name : asks}</span>
          <span className="block text-[13px] text-quiet">
            {picked ? `${describeBytes(picked.size)}, not sealed yet` : "At most 10 MiB. It is sealed on this device."}
          </span>
        </span>
        <input
          id={id}
          type="file"
          className="sr-only"
          onChange={({ target }) => {
            take(target.files?.[0]);
            target.value = ""; // the same file can be chosen again
          }}
        />
      </label>
      {tooLarge && (
        <p role="alert" className="text-bad">
          {tooLarge}; a file in the vault can have at most 10 MiB. Make it smaller, or keep its parts as items of their
          own.
        </p>
      )}
    </div>
  );
}

interface MovingProps {
  readonly what: string;
  readonly progress: FileProgress;
  readonly stop: () => void;
}

export function Moving({ what, progress: { done, of }, stop }: MovingProps) {
  return (
    <div className="flex items-center gap-3">
      <progress
        aria-label={what}
        className="h-2 min-w-0 flex-1 appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
        value={done}
        max={Math.max(of, 1)}
      />
      <p className="text-[13px] text-quiet tabular-nums" role="status">
        {what}, {of === 0 ? 0 : Math.floor((100 * done) / of)} %
      </p>
      <Button look="plain" onClick={stop}>
        Cancel
      </Button>
    </div>
  );
}
