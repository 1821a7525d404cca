import { Dialog } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useState } from "react";
import { useHotkeys } from "react-hotkeys-hook";
import { usePreferences } from "../../lib/preferences.ts";
import { PLACES } from "../places.ts";
import { Entries } from "./entries.tsx";
import { Shortcuts } from "./shortcuts.tsx";

/** Everything by keyboard: where to go and what to do. Ctrl or Cmd with K opens it; `?` lists the keys. */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  const [isListing, setListing] = useState(false);
  const { shortcuts } = usePreferences();
  useHotkeys("mod+k", () => setOpen((was) => !was), { preventDefault: true, enableOnFormTags: true });
  // by what the key writes: where it lies on the keyboard, and whether with Shift, differs from country to country
  useHotkeys(["?", "shift+?"], () => setListing(true), { enabled: shortcuts, useKey: true });
  return (
    <>
      <GoKeys isOn={shortcuts} />
      <Dialog.Root open={isOpen} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
          <Dialog.Popup className="fixed inset-x-4 top-[15dvh] z-50 mx-auto max-w-lg overflow-hidden rounded-lg border border-line bg-panel">
            <Dialog.Title className="sr-only">Go or act</Dialog.Title>
            <Command label="Go or act">
              <Command.Input
                autoFocus
                placeholder="Go to a page, or do something"
                className="min-h-11 w-full border-b border-line bg-panel px-4"
              />
              <Command.List className="max-h-[60dvh] overflow-y-auto p-1 **:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:py-1 **:[[cmdk-group-heading]]:text-[13px] **:[[cmdk-group-heading]]:text-quiet">
                <Command.Empty className="p-3 text-quiet">Nothing of this name.</Command.Empty>
                <Entries onDone={() => setOpen(false)} onKeys={() => setListing(true)} />
              </Command.List>
            </Command>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <Shortcuts isOpen={isListing} onClose={() => setListing(false)} />
    </>
  );
}

/** `g` and then a letter. */
function GoKeys({ isOn }: { isOn: boolean }) {
  const navigate = useNavigate();
  useHotkeys(
    PLACES.map(({ key }) => `g>${key}`),
    (_event, { keys }) => {
      const place = PLACES.find(({ key }) => key === keys?.at(-1));
      if (place) void navigate({ to: place.to });
    },
    { enabled: isOn, sequenceTimeoutMs: 1_000 },
  );
  return null;
}
