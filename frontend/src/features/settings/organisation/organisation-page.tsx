import type { Tenant } from "#shared/contracts/tenants.ts";
import { allows } from "#shared/permissions.ts";
import { CopyId } from "../../../components/copy-id.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useMe } from "../../../lib/use-me.ts";
import { Section } from "../section.tsx";
import { Limits } from "./limits.tsx";
import { RenameForm } from "./rename-form.tsx";
import { useTenant } from "./use-tenant.ts";

export function OrganisationPage() {
  const tenant = useTenant();
  const { me } = useMe();
  const why = me && !allows(me.role, "tenant:write") ? "Owners and admins rename the organisation." : undefined;
  return (
    <Waiting query={tenant} lines={4}>
      {(found) => (
        <div className="flex flex-col gap-8">
          <Section title="Organisation">
            <RenameForm key={found.version} tenant={found} why={why} />
            <Facts tenant={found} />
          </Section>
          <Limits tier={found.tier} />
        </div>
      )}
    </Waiting>
  );
}

function Facts({ tenant: { slug, tier, createdAt, id } }: { tenant: Tenant }) {
  return (
    <dl className="grid max-w-md grid-cols-[auto_1fr] gap-x-6 gap-y-2">
      <dt className="text-quiet">Short name</dt>
      <dd className="break-all">{slug}</dd>
      <dt className="text-quiet">Tier</dt>
      <dd>{tier}</dd>
      <dt className="text-quiet">Founded</dt>
      <dd>
        <RelativeTime at={createdAt} />
      </dd>
      <dt className="text-quiet">Id</dt>
      <dd className="min-w-0">
        <CopyId id={id} />
      </dd>
    </dl>
  );
}
