import { Command } from "cmdk";
import type { LucideIcon } from "lucide-react";

const ENTRY = "flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2 data-[selected=true]:bg-page";

interface EntryProps {
  readonly icon: LucideIcon;
  readonly says: string;
  readonly onPick: () => void;
  /** Where two entries may say the same. */
  readonly id?: string;
}

export const Entry = ({ icon: Icon, says, onPick, id }: EntryProps) => (
  <Command.Item className={ENTRY} value={id === undefined ? says : `${says} ${id}`} onSelect={onPick}>
    <Icon size={16} aria-hidden className="shrink-0 text-quiet" />
    <span className="min-w-0 truncate">{says}</span>
  </Command.Item>
);
