import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { useVault } from "../../lib/vault/use-vault.ts";
import { lockVault } from "../../lib/vault/vault.ts";
import { PLACES } from "../places.ts";
import { AgentButton } from "./agent-button.tsx";
import { TenantMenu } from "./tenant-menu.tsx";

const ENTRY =
  "flex min-h-9 items-center gap-3 rounded-lg px-3 text-quiet hover:text-ink aria-[current=page]:bg-page aria-[current=page]:font-medium aria-[current=page]:text-ink";

/** Where one is, where one can go, and how the agent is. */
export function Rail() {
  const vault = useVault();
  return (
    <aside
      aria-label="Organisation and agent"
      className="hidden w-60 shrink-0 flex-col gap-4 border-r border-line bg-panel p-3 lg:flex"
    >
      <TenantMenu />
      <nav aria-label="Places" className="flex flex-col gap-1">
        {PLACES.map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to} className={ENTRY}>
            <Icon size={18} aria-hidden />
            {name}
          </Link>
        ))}
      </nav>
      <div className="mt-auto flex flex-col gap-3">
        <AgentButton />
        {vault.is === "open" && (
          <button type="button" className={`${ENTRY} cursor-pointer`} onClick={lockVault}>
            <Lock size={18} aria-hidden />
            Lock vault
          </button>
        )}
      </div>
    </aside>
  );
}
