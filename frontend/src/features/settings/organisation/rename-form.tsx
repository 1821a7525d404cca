import { useState } from "react";
import type { Tenant } from "#shared/contracts/tenants.ts";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useRename } from "./use-tenant.ts";

export function RenameForm({ tenant, why }: { tenant: Tenant; why: string | undefined }) {
  const [name, setName] = useState(tenant.name);
  const rename = useRename();
  const isSame = name.trim() === tenant.name;
  return (
    <form
      className="flex max-w-md flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate({ tenant, name });
      }}
    >
      <Field
        label="Name"
        required
        maxLength={80}
        autoComplete="organization"
        disabled={why !== undefined}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {why && <p className="text-[13px] text-quiet">{why}</p>}
      {rename.error && <Problem error={rename.error} />}
      {!why && (
        <div className="flex items-center gap-3">
          <Button type="submit" disabled={rename.isPending || isSame || name.trim() === ""}>
            Rename organisation
          </Button>
          <p role="status" className="text-good empty:hidden">
            {rename.isSuccess && isSame && "Renamed."}
          </p>
        </div>
      )}
    </form>
  );
}
