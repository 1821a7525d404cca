import { Bot, KeyRound, MessageSquare, Settings, Users } from "lucide-react";

/** Where one can go. The phone's bar has the first four, and the rest behind "More". */
export const PLACES = [
  { to: "/chat", name: "Chat", icon: MessageSquare, key: "c" },
  { to: "/vault", name: "Vault", icon: KeyRound, key: "v" },
  { to: "/agents", name: "Agents", icon: Bot, key: "a" },
  { to: "/people", name: "People", icon: Users, key: "p" },
  { to: "/settings", name: "Settings", icon: Settings, key: "s" },
] as const;

/** How many of them stand in the phone's bar. */
export const IN_BAR = 4;
