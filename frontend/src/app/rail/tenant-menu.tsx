import { Menu } from "@base-ui/react/menu";
import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, LogOut, Plus } from "lucide-react";
import { useState } from "react";
import { Problem } from "../../components/problem.tsx";
import { useMe } from "../../lib/use-me.ts";
import { useSwitch } from "../../lib/use-switch.ts";
import { useSignOut } from "../../lib/vault/use-sign-out.ts";

const ENTRY =
  "flex min-h-9 w-full cursor-pointer items-center gap-2 rounded-md px-2 text-left data-highlighted:bg-page outline-none";

/** Which organisation this is, the others, and the way out. */
export function TenantMenu() {
  const { me, data } = useMe();
  const leave = useSignOut();
  const change = useSwitch();
  const error = change.error ?? leave.error;
  const [around, setAround] = useState<HTMLDivElement | null>(null); // the list belongs to the rail, for who listens to the page
  return (
    <Menu.Root>
      <Menu.Trigger className="flex min-h-10 cursor-pointer items-center justify-between gap-2 rounded-lg px-2 text-left hover:bg-page">
        <span className="min-w-0">
          <span className="block truncate font-semibold">{me?.tenantName ?? "OCMT"}</span>
          <span className="block truncate text-[13px] text-quiet">{me?.email}</span>
        </span>
        <ChevronsUpDown size={16} aria-hidden className="shrink-0 text-quiet" />
      </Menu.Trigger>
      {error && <Problem error={error} />}
      <div ref={setAround} className="absolute" /> {/* out of the flow: the rail has a gap between what is in it */}
      <Menu.Portal container={around}>
        <Menu.Positioner sideOffset={4} align="start" className="z-50">
          <Menu.Popup className="min-w-56 rounded-lg border border-line bg-panel p-1">
            {data?.memberships.map(({ tenantId, name }) => (
              <Menu.Item
                key={tenantId}
                className={ENTRY}
                disabled={tenantId === me?.tenantId}
                onClick={() => change.mutate(tenantId)}
              >
                <span className="truncate">{name}</span>
                {tenantId === me?.tenantId && <span className="ml-auto text-[13px] text-quiet">here</span>}
              </Menu.Item>
            ))}
            <Menu.Item className={ENTRY} render={<Link to="/start" search={{ new: true }} />}>
              <Plus size={16} aria-hidden /> New organisation
            </Menu.Item>
            <Menu.Item className={ENTRY} onClick={() => leave.mutate()}>
              <LogOut size={16} aria-hidden /> Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
