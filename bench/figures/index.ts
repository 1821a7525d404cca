import type { Figure } from "../figure.ts";
import { aead } from "./aead.ts";
import { apiServer } from "./api-server.ts";
import { coldStart } from "./cold-start.ts";
import { firstLoad } from "./first-load.ts";
import { firstPaint } from "./first-paint.ts";
import { firstStart } from "./first-start.ts";
import { handlerChain } from "./handler-chain.ts";
import { manyTenants } from "./many-tenants.ts";
import { sealedRoundTrip } from "./sealed-round-trip.ts";
import { vault } from "./vault.ts";
import { wake } from "./wake.ts";

/** Every figure, in the order of the goals. */
export const figures: readonly Figure[] = [
  ...handlerChain,
  ...coldStart,
  ...apiServer,
  ...sealedRoundTrip,
  ...aead,
  ...wake,
  ...firstStart,
  ...manyTenants,
  ...vault,
  ...firstPaint,
  ...firstLoad,
];
