import * as z from "zod";
import { ApiError } from "#shared/client/api-client.ts";
import { Problem } from "../problem.tsx";

const Details = z.object({ limit: z.number(), current: z.number(), tier: z.string().optional() });

/** A limit of the plan, with the way up; any other problem as it is. */
export function QuotaProblem({ error, what }: { error: unknown; what: string }) {
  const details = Details.safeParse(error instanceof ApiError ? error.problem?.details : undefined).data;
  const isQuota = error instanceof ApiError && error.code === "quota.exceeded";
  if (!isQuota || !details) return <Problem error={error} />;
  return (
    <div role="alert" className="flex flex-col gap-1 rounded-lg border border-warn p-3">
      <p className="font-medium">
        Your plan{details.tier ? ` (${details.tier})` : ""} allows {details.limit} {what}; you have {details.current}.
      </p>
      <p>Delete one you no longer use, or move to a larger plan. What you typed is kept.</p>
      <p>
        <a className="text-accent underline" href="/settings/organisation">
          See the limits
        </a>
      </p>
    </div>
  );
}
