import * as z from "zod";
import { ApiError } from "#shared/client/api-client.ts";
import { TIERS, type Tier } from "#shared/quotas.ts";
import { Problem } from "../problem.tsx";

const Details = z.object({ limit: z.number(), current: z.number(), tier: z.enum(["free", "pro", "enterprise"]) });

/** The limit on agents with the way up; any other problem as it is. */
export function QuotaProblem({ error }: { error: unknown }) {
  const isQuota = error instanceof ApiError && error.code === "quota.exceeded";
  const details = isQuota ? Details.safeParse(error.problem?.details).data : undefined;
  if (!details) return <Problem error={error} />;
  const { limit, current, tier } = details;
  const way = UP[tier];
  return (
    <div role="alert" className="flex flex-col gap-1 rounded-lg border border-warn p-3">
      <p className="font-medium">
        The {tier} plan allows {limit} {limit === 1 ? "agent" : "agents"}; your organisation has {current}.
      </p>
      <p>
        Delete one that is no longer used{way && `, or ask an owner to move to the ${way} plan (${agentsOf(way)})`}.
        What you typed is kept.
      </p>
    </div>
  );
}

const UP: Record<Tier, Tier | undefined> = { free: "pro", pro: "enterprise", enterprise: undefined };
const agentsOf = (tier: Tier): string => {
  const { agentsMax } = TIERS[tier];
  return agentsMax === null ? "as many agents as you want" : `${agentsMax} agents`;
};
