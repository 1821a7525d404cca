import { Popover } from "@base-ui/react/popover";
import { Lock } from "lucide-react";

const SEALS = {
  conversation: {
    words: "Sealed",
    title: "Only your devices and your running agent can read this.",
    covered: "What you and your agent say, its tool calls and approvals, the titles, and your drafts on this device.",
    uncovered:
      "The model's provider sees what your agent asks it. While the agent runs, the text is in its task's memory, and whoever runs the platform's AWS account could start a changed image. When you write, and roughly how much, can be seen on the way.",
  },
  vault: {
    words: "Sealed",
    title: "We cannot read your vault.",
    covered:
      "Names, kinds and contents of all items. What the service shows is checked against a list that only your devices can sign.",
    uncovered:
      "How many items there are, their sizes in steps of 64 bytes, and when they change. A browser that has never seen this vault cannot tell whether it is shown an older state of it. The web app itself comes from the platform.",
  },
  group: {
    words: "Sealed",
    title: "We cannot read this vault.",
    covered:
      "Names, kinds and contents of all items. Who belongs to it and what each may do is a chain of signatures that your device checks; the service can add nobody.",
    uncovered:
      "The vault's name, who belongs to it and what each may do, how many items there are, their sizes in steps of 64 bytes, and when they change. What a member could read, a member may have kept. A member whose number was not compared is known only by the keys that the service gave.",
  },
  state: {
    words: "Ciphertext only",
    title: "The platform keeps these bytes and cannot open them.",
    covered:
      "The agent's conversations, memory and files, under a key that only your devices and your running agent hold.",
    uncovered:
      "How large the state is, when it was saved and how often. While the agent runs, it is open in its task's memory.",
  },
} as const;

/** One small mark wherever sealed content is: it opens to what the seal covers and what it does not. */
export function Seal({ kind }: { kind: keyof typeof SEALS }) {
  const { words, title, covered, uncovered } = SEALS[kind];
  return (
    <Popover.Root>
      <Popover.Trigger className="inline-flex min-h-6 shrink-0 cursor-pointer items-center gap-1 rounded px-1 text-[13px] text-quiet hover:text-ink">
        <Lock size={14} aria-hidden />
        {words}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} collisionPadding={12} className="z-50">
          <Popover.Popup className="flex w-80 max-w-[calc(100vw-24px)] flex-col gap-2 rounded-lg border border-line bg-panel p-4">
            <Popover.Title className="font-medium">{title}</Popover.Title>
            <p>
              <strong className="font-medium">Covered.</strong> {covered}
            </p>
            <p>
              <strong className="font-medium">Not covered.</strong> {uncovered}
            </p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
