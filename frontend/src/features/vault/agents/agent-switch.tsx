import { useId, useState } from "react";
import { type AgentGrants, addGrant, type ItemGrant, takeBack } from "#shared/client/agent-items/grants.ts";
import type { ItemForm } from "#shared/client/vault/items/item-kinds.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { describeHeld } from "../../../components/agent/describe-held.ts";
import { Problem } from "../../../components/problem.tsx";
import { useChangeGrants, useGrants, useHeld } from "../../../lib/agent-items/use-agent-items.ts";
import type { Sessions } from "../../../lib/agent-session/sessions.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { GrantForm } from "./grant-form.tsx";

interface AgentSwitchProps {
  readonly sessions: Sessions;
  readonly agent: Agent;
  readonly items: VaultItems;
  readonly itemId: ItemGrant["itemId"];
  readonly form: ItemForm;
}

/** One agent and this item: on, it may use it; on the way to that it is said under which name, and where. */
export function AgentSwitch({ sessions, agent, items, itemId, form }: AgentSwitchProps) {
  const id = useId();
  const query = useGrants(sessions, agent.id);
  const change = useChangeGrants(sessions, agent.id);
  const [isAsking, setAsking] = useState(false);
  const grants = query.data?.grants;
  const grant = grants?.items.find((one) => one.itemId === itemId);
  const turn = (isOn: boolean) => {
    setAsking(isOn);
    change.reset();
    if (!isOn && grant) change.mutate((now) => takeBack(now, itemId));
  };
  const give = async (terms: Pick<ItemGrant, "as" | "sites">) => {
    const { vaultId } = await items.book();
    await change.mutateAsync((now) => addGrant(now, { vaultId, itemId, ...terms }));
    setAsking(false);
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <input
          id={id}
          type="checkbox"
          role="switch"
          className="size-6 accent-accent"
          checked={grant !== undefined || isAsking}
          aria-checked={grant !== undefined || isAsking}
          disabled={!grants || change.isPending}
          onChange={({ target }) => turn(target.checked)}
        />
        <label htmlFor={id} className="font-medium break-words">
          {agent.name} may use this
        </label>
      </div>
      {grants && grant && <Granted {...{ sessions, agent, grants, grant }} />}
      {isAsking && !grant && <GrantForm {...{ agent, form }} onCancel={() => setAsking(false)} onGive={give} />}
      {query.error && <Problem error={query.error} />}
      {change.error && !isAsking && <Problem error={change.error} />}
    </div>
  );
}

interface GrantedProps extends Pick<AgentSwitchProps, "sessions" | "agent"> {
  readonly grants: AgentGrants;
  readonly grant: ItemGrant;
}

function Granted({ sessions, agent, grants: { isLocked }, grant: { as, sites, itemId } }: GrantedProps) {
  const held = useHeld(sessions, agent.id);
  return (
    <div className="text-[13px]">
      <p className="break-words text-quiet">
        as <span className="font-mono">{as}</span>, to {sites.join(", ")}
      </p>
      <p role="status">{describeHeld({ agent, isLocked, itemId, held })}</p>
    </div>
  );
}
