import { Link } from "@tanstack/react-router";
import { Building2, Lock, LogOut, Plus } from "lucide-react";
import { Dialog } from "../../components/dialog.tsx";
import { Problem } from "../../components/problem.tsx";
import { useMe } from "../../lib/use-me.ts";
import { useSwitch } from "../../lib/use-switch.ts";
import { useSignOut } from "../../lib/vault/use-sign-out.ts";
import { useVault } from "../../lib/vault/use-vault.ts";
import { lockVault } from "../../lib/vault/vault.ts";
import { IN_BAR, PLACES } from "../places.ts";
import { AgentButton } from "./agent-button.tsx";

const ENTRY = "flex min-h-11 w-full cursor-pointer items-center gap-3 rounded-lg px-3 text-left hover:bg-page";

/** What a wide window has in its rail beside the places: the agent, the organisations, and the way out. */
export function More({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { me, data } = useMe();
  const vault = useVault();
  const change = useSwitch();
  const leave = useSignOut();
  const others = data?.memberships.filter(({ tenantId }) => tenantId !== me?.tenantId) ?? [];
  const error = change.error ?? leave.error;
  return (
    <Dialog open={isOpen} title={me?.tenantName ?? "OCMT"} onClose={onClose}>
      <p className="-mt-3 break-all text-quiet">{me?.email}</p>
      <AgentButton onGo={onClose} />
      {error && <Problem error={error} />}
      <ul className="flex flex-col">
        {PLACES.slice(IN_BAR).map(({ to, name, icon: Icon }) => (
          <li key={to}>
            <Link to={to} className={ENTRY} onClick={onClose}>
              <Icon size={18} aria-hidden className="text-quiet" /> {name}
            </Link>
          </li>
        ))}
        {others.map(({ tenantId, name }) => (
          <li key={tenantId}>
            <button type="button" className={ENTRY} onClick={() => change.mutate(tenantId)}>
              <Building2 size={18} aria-hidden className="shrink-0 text-quiet" />
              <span className="min-w-0 truncate">Switch to {name}</span>
            </button>
          </li>
        ))}
        <li>
          <Link to="/start" search={{ new: true }} className={ENTRY} onClick={onClose}>
            <Plus size={18} aria-hidden className="text-quiet" /> New organisation
          </Link>
        </li>
        {vault.is === "open" && (
          <li>
            <button
              type="button"
              className={ENTRY}
              onClick={() => {
                lockVault();
                onClose();
              }}
            >
              <Lock size={18} aria-hidden className="text-quiet" /> Lock vault
            </button>
          </li>
        )}
        <li>
          <button type="button" className={ENTRY} disabled={leave.isPending} onClick={() => leave.mutate()}>
            <LogOut size={18} aria-hidden className="text-quiet" /> Sign out
          </button>
        </li>
      </ul>
    </Dialog>
  );
}
