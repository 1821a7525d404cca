import { Popover } from "@base-ui/react/popover";
import { Lock, ShieldAlert, ShieldQuestion } from "lucide-react";
import { CopyId } from "../copy-id.tsx";
import { SEALS } from "./seals.ts";

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
