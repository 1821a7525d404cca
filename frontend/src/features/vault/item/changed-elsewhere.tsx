import type { At } from "#shared/client/vault/change.ts";
import type { OpenItem } from "#shared/client/vault/vault-book.ts";
import { newId } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";

interface ChangedElsewhereProps {
  readonly theirs: OpenItem | "gone";
  readonly onTheirs: (item: OpenItem) => void;
  /** With the version to save over, or a new item. */
  readonly onMine: (over: At) => void;
}

/** Two devices wrote the same item. Neither is lost: the person says which is to stay. */
export function ChangedElsewhere({ theirs, onTheirs, onMine }: ChangedElsewhereProps) {
  if (theirs === "gone") {
    return (
      <div role="alert" className="flex flex-col items-start gap-3 rounded-lg border border-warn p-3">
        <p>This item was removed on another device. What you wrote is kept here.</p>
        <Button look="plain" onClick={() => onMine({ id: newId("item", new Date()), version: 0 })}>
          Save as a new item
        </Button>
      </div>
    );
  }
  return (
    <div role="alert" className="flex flex-col items-start gap-3 rounded-lg border border-warn p-3">
      <p>
        This item was changed on another device <RelativeTime at={theirs.updatedAt} />. Nothing was overwritten, and
        what you wrote is kept here.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button look="plain" onClick={() => onTheirs(theirs)}>
          Use the other version
        </Button>
        <Button look="danger" onClick={() => onMine(theirs)}>
          Save mine over it
        </Button>
      </div>
    </div>
  );
}
