import { Popover } from "@base-ui/react/popover";
import { Lock, ShieldAlert, ShieldQuestion } from "lucide-react";
import { CopyId } from "./copy-id.tsx";

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

/** What keeps a seal from being whole, and what to do about it. */
export interface SealTrouble {
  /** warn: sealed, but something was not compared or is not current · bad: nothing goes on until it is explained */
  readonly tone: "warn" | "bad";
  /** On the mark itself. */
  readonly words: string;
  readonly title: string;
  readonly what: string;
  readonly todo: string;
  /** To be compared by another way than this page. */
  readonly number?: string;
}

const LOOKS = {
  warn: { icon: ShieldQuestion, tone: "text-warn", hover: "hover:underline" },
  bad: { icon: ShieldAlert, tone: "text-bad", hover: "hover:underline" },
} as const;
const WHOLE = { icon: Lock, tone: "text-quiet", hover: "hover:text-ink" } as const;

interface SealProps {
  readonly kind: keyof typeof SEALS;
  readonly trouble?: SealTrouble | undefined;
}

/** One small mark wherever sealed content is: it opens to what the seal covers and what it does not, and before that to what is amiss. */
export function Seal({ kind, trouble }: SealProps) {
  const { words, title, covered, uncovered } = SEALS[kind];
  const { icon: Icon, tone, hover } = trouble ? LOOKS[trouble.tone] : WHOLE;
  return (
    <Popover.Root>
      <Popover.Trigger
        className={`inline-flex min-h-6 shrink-0 cursor-pointer items-center gap-1 rounded px-1 text-[13px] ${tone} ${hover}`}
      >
        <Icon size={14} aria-hidden />
        {trouble?.words ?? words}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} collisionPadding={12} className="z-50">
          <Popover.Popup className="flex max-h-(--available-height) w-80 max-w-[calc(100vw-24px)] flex-col gap-2 overflow-y-auto rounded-lg border border-line bg-panel p-4">
            <Popover.Title className={`font-medium ${trouble ? tone : ""}`}>{trouble?.title ?? title}</Popover.Title>
            {trouble && <Trouble {...trouble} />}
            {trouble?.tone !== "bad" && (
              <>
                <Part name="Covered">{covered}</Part>
                <Part name="Not covered">{uncovered}</Part>
              </>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

const Trouble = ({ what, todo, number }: SealTrouble) => (
  <>
    <p>{what}</p>
    <Part name="What to do">{todo}</Part>
    {number && <CopyId id={number} />}
  </>
);

const Part = ({ name, children }: { name: string; children: string }) => (
  <p>
    <strong className="font-medium">{name}.</strong> {children}
  </p>
);
