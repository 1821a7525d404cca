import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Tenant } from "#shared/contracts/tenants.ts";
import { TIERS } from "#shared/quotas.ts";
import { describeSize } from "../../../components/agent/describe-place.ts";
import { useIsLocal } from "../../../lib/stage.ts";
import { Section } from "../section.tsx";
import { useCounts } from "./use-tenant.ts";

/** What the tier allows, beside what is in use where this page can know it. Each count leads to its list. */
export function Limits({ tier }: { tier: Tenant["tier"] }) {
  const counts = useCounts();
  const limits = TIERS[tier];
  const isLocal = useIsLocal();
  return (
    <Section title="Limits" says={`The ${tier} tier. A request beyond a limit is refused; nothing is deleted.`}>
      <dl className="divide-y divide-line rounded-lg border border-line bg-panel tabular-nums">
        <Limit name="People" most={sayMost(limits.usersMax)}>
          <Link className="text-accent underline" to="/people">
            {sayUsed(counts.data?.users)}
          </Link>
        </Limit>
        <Limit name="Agents" most={sayMost(limits.agentsMax)}>
          <Link className="text-accent underline" to="/agents">
            {counts.data ? `${counts.data.agents} of yours` : "not known"}
          </Link>
        </Limit>
        <Limit name="Size of an agent" most={describeSize(limits.agentSize, isLocal)} />
        <Limit name="Requests a minute" most={sayMost(limits.requestsPerMinute)} />
        <Limit name="API calls a month" most={sayMost(limits.apiCallsPerMonth)} />
        <Limit
          name="Vault storage"
          most={limits.vaultBytesMax === null ? "no limit" : sayBytes(limits.vaultBytesMax)}
        />
      </dl>
    </Section>
  );
}

function Limit({ name, most, children }: { name: string; most: string; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 p-3">
      <dt>{name}</dt>
      <dd className="text-right">
        {children}
        {children && <span className="text-quiet"> · limit </span>}
        {most}
      </dd>
    </div>
  );
}

const sayUsed = (used: number | undefined): string => (used === undefined ? "not known" : `${used} here`);
const sayMost = (most: number | null): string => (most === null ? "no limit" : most.toLocaleString("en"));
const sayBytes = (bytes: number): string => (bytes < 1e9 ? `${bytes / 1e6} MB` : `${bytes / 1e9} GB`);
