import { useState } from "react";
import { aliasOf, GrantRefused, type ItemGrant, siteOf } from "#shared/client/agent-items/grants.ts";
import type { ItemForm } from "#shared/client/vault/items/item-kinds.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { Field } from "../../../components/fields/field.tsx";
import { FormActions } from "../../../components/fields/form-actions.tsx";
import { readSites, SitesField } from "../../../components/lending/sites-field.tsx";
import { Problem } from "../../../components/problem.tsx";

interface GrantFormProps {
  readonly agent: Agent;
  readonly form: ItemForm;
  readonly onCancel: () => void;
  readonly onGive: (terms: Pick<ItemGrant, "as" | "sites">) => Promise<void>;
}

/** The terms of a grant: by what name the agent knows the item, and to which sites it may be sent. */
export function GrantForm({ agent: { name }, form, onCancel, onGive }: GrantFormProps) {
  const [as, setAs] = useState(() => aliasOf(form.name));
  const [sites, setSites] = useState(() => siteOf(form.values["url"] ?? "") ?? "");
  const [state, setState] = useState<{ isBusy: boolean; error?: unknown }>({ isBusy: false });
  const give = async () => {
    setState({ isBusy: true });
    await onGive({ as, sites: readSites(sites) }).catch((error: unknown) => setState({ isBusy: false, error }));
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void give();
      }}
    >
      <Field
        label={`Name ${name} knows it by`}
        required
        maxLength={40}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={as}
        onChange={({ target }) => setAs(target.value)}
      />
      <SitesField label="Sites it may be sent to" value={sites} onChange={setSites} />
      <Refusal error={state.error} />
      <FormActions isBusy={state.isBusy} onCancel={onCancel}>
        Let {name} use it
      </FormActions>
    </form>
  );
}

function Refusal({ error }: { error: unknown }) {
  if (error === undefined) return null;
  if (!(error instanceof GrantRefused)) return <Problem error={error} />;
  return (
    <p role="alert" className="text-bad">
      {error.message}
    </p>
  );
}
