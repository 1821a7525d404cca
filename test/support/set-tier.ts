import type { Id } from "#shared/ids.ts";
import type { Tier } from "#shared/quotas.ts";
import type { RunningProduct } from "./product.ts";
import { setAttribute } from "./set-attribute.ts";

/** Another plan for an organisation, by the operator's hand: there is no page to pay on yet. */
export async function setTier(product: RunningProduct, tid: Id<"tenant">, tier: Tier): Promise<void> {
  await setAttribute(product, { tid, sk: "TENANT", name: "tier" }, tier);
}
