import { Bot, FileText, KeyRound, Link2, Paperclip } from "lucide-react";
import type { ItemType } from "#shared/client/vault/items/item-model.ts";

export const KIND_ICONS = {
  login: KeyRound,
  api_key: Bot,
  oauth_token: Link2,
  note: FileText,
  file: Paperclip,
} as const satisfies Record<ItemType, typeof Bot>;
