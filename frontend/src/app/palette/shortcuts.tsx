import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { changePreferences } from "../../lib/preferences.ts";
import { PLACES } from "../places.ts";

const KEYS = [
  ["Ctrl or Cmd + K", "Go or act"],
  ["?", "This list"],
  ...PLACES.map(({ key, name }) => [`g, then ${key}`, name] as const),
  ["Enter", "Send a message"],
  ["Shift + Enter", "A new line"],
  ["Esc", "Stop the reply; close what is open"],
] as const;

/** The keys, and how to do without them. */
export function Shortcuts({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog open={isOpen} title="Keys" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {KEYS.map(([key, what]) => (
          <div key={key} className="contents">
            <dt className="font-mono text-[13px]">{key}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div>
        <Button
          look="plain"
          onClick={() => {
            changePreferences({ shortcuts: false });
            onClose();
          }}
        >
          Switch single keys off
        </Button>
      </div>
    </Dialog>
  );
}
