import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";

interface SaveBarProps {
  readonly isNew: boolean;
  readonly isChanged: boolean;
  /** There is what it takes to save: a file was chosen, where it is one. */
  readonly isReady: boolean;
  readonly isSaving: boolean;
  readonly isSaved: boolean;
  readonly error: unknown;
  readonly onDiscard: () => void;
}

/** Always in sight while there is something to save. */
export function SaveBar({ isNew, isChanged, isReady, isSaving, isSaved, error, onDiscard }: SaveBarProps) {
  if (!isNew && !isChanged) {
    return (
      <p role="status" className="px-4 pb-4 text-good empty:hidden">
        {isSaved && "Sealed and saved."}
      </p>
    );
  }
  return (
    <div className="sticky bottom-14 flex flex-col gap-2 border-t border-line bg-page p-4 lg:bottom-0">
      {error != null && <Problem error={error} />}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p role="status" className="mr-auto basis-full text-quiet sm:basis-auto">
          {isSaving && "Sealing and saving"}
          {!isSaving && !isReady && "Choose a file first"}
          {!isSaving && isReady && isChanged && "Not saved yet; kept on this device"}
        </p>
        <Button look="plain" disabled={isSaving} onClick={onDiscard}>
          Discard
        </Button>
        <Button type="submit" disabled={isSaving || !isReady}>
          Save
        </Button>
      </div>
    </div>
  );
}
