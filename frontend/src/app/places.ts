import { Bot, MessageSquare, Settings, Users } from "lucide-react";

/** Where one can go. The phone's bar has the same ones. */
export const PLACES = [
  { to: "/chat", name: "Chat", icon: MessageSquare, key: "c" },
  { to: "/agents", name: "Agents", icon: Bot, key: "a" },
  { to: "/people", name: "People", icon: Users, key: "p" },
  { to: "/settings", name: "Settings", icon: Settings, key: "s" },
] as const;
