import { FolderPlus } from "lucide-react";
import { useId, useState } from "react";
import type { QuorumTerms } from "#shared/client/vault/openings/quorum.ts";
import type { VaultMembership } from "#shared/contracts/vault.ts";
import { allows } from "#shared/permissions.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useMe } from "../../../lib/use-me.ts";
import { useNewVault, useVaultList } from "../../../lib/vault/items/use-vaults.ts";
import { isQuorum, QuorumFields } from "../threshold/quorum-fields.tsx";

interface VaultSwitchProps {
  readonly current: string | undefined;
  readonly onGo: (vaultId: string | undefined) => void;
}

/** One's own vault, and those that groups share. */
export function VaultSwitch({ current, onGo }: VaultSwitchProps) {
  const vaults = useVaultList();
  const [isMaking, setMaking] = useState(false);
  const id = useId();
  const { tenant, groups } = sharedIn(vaults.data);
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-2">
      {tenant.length + groups.length > 0 && (
        <>
          <label htmlFor={id} className="sr-only">
            Which vault
          </label>
          <select
            id={id}
            className="min-h-9 min-w-0 flex-1 rounded-lg border border-quiet bg-panel px-2 font-medium"
            value={current ?? ""}
            onChange={({ target }) => onGo(target.value || undefined)}
          >
            <option value="">My vault</option>
            <Group label="Of the organisation" vaults={tenant} />
            <Group label="Shared" vaults={groups} />
          </select>
        </>
      )}
      <Button look="plain" onClick={() => setMaking(true)}>
        <FolderPlus size={16} aria-hidden /> New shared vault
      </Button>
      <Dialog open={isMaking} title="New shared vault" onClose={() => setMaking(false)}>
        <NewVaultForm
          hasTenant={tenant.some(({ kind }) => kind === "tenant")}
          onMade={(vaultId) => {
            setMaking(false);
            onGo(vaultId);
          }}
        />
      </Dialog>
    </div>
  );
}

function Group({ label, vaults }: { readonly label: string; readonly vaults: readonly VaultMembership[] }) {
  if (vaults.length === 0) return null;
  return (
    <optgroup label={label}>
      {vaults.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}

function sharedIn(all: readonly VaultMembership[] | undefined) {
  const used = (all ?? []).filter(({ state }) => state === "accepted");
  const sorted = used.toSorted((a, b) => (a.name ?? "").localeCompare(b.name ?? ""));
  return {
    tenant: sorted.filter(({ kind }) => kind === "tenant" || kind === "threshold"),
    groups: sorted.filter(({ kind }) => kind === "group"),
  };
}

const WHOM = {
  group: "People whom you choose",
  tenant: "Everybody in the organisation; there is one such vault",
  threshold: "Several owners and admins, who open it together; none of them alone",
} as const;

type Whom = keyof typeof WHOM;

interface NewVaultFormProps {
  readonly hasTenant: boolean;
  readonly onMade: (vaultId: string) => void;
}

function NewVaultForm({ hasTenant, onMade }: NewVaultFormProps) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Whom>("group");
  const [chosen, setTerms] = useState<QuorumTerms>();
  const { me } = useMe();
  const make = useNewVault();
  const terms = chosen ?? { threshold: 2, holders: me ? [me.userId] : [] };
  const isWhole = name.trim() !== "" && (kind !== "threshold" || isQuorum(terms));
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate({ name: name.trim(), kind, terms }, { onSuccess: onMade });
      }}
    >
      <Field
        label="Name"
        required
        maxLength={60}
        autoComplete="off"
        autoFocus
        placeholder="Finance"
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      {me && allows(me.role, "members:write") && <ForWhom {...{ kind, hasTenant }} onChoose={setKind} />}
      {kind === "threshold" && <QuorumFields terms={terms} onChange={setTerms} />}
      <p className="text-quiet">
        {kind === "threshold"
          ? "Its key is split into shares, one for each, and kept by nobody. "
          : "You look after it, and add the people who use it. "}
        The platform sees this name and who belongs to it, and nothing of what is in it.
      </p>
      {make.error && <Problem error={make.error} />}
      <div className="flex justify-end">
        <Button type="submit" disabled={make.isPending || !isWhole}>
          Make the vault
        </Button>
      </div>
    </form>
  );
}

interface ForWhomProps {
  readonly kind: Whom;
  readonly hasTenant: boolean;
  readonly onChoose: (kind: Whom) => void;
}

function ForWhom({ kind, hasTenant, onChoose }: ForWhomProps) {
  const all = Object.entries(WHOM).filter(([one]) => one !== "tenant" || !hasTenant);
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">For whom</legend>
      {all.map(([one, says]) => (
        <label key={one} className="flex min-h-9 cursor-pointer items-center gap-2">
          <input
            type="radio"
            className="size-4 shrink-0 accent-accent"
            name="for-whom"
            checked={kind === one}
            onChange={() => onChoose(one as Whom)} // a key of the table
          />
          {says}
        </label>
      ))}
    </fieldset>
  );
}
