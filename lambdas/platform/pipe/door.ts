import { readEnv } from "../env.ts";
import { readClaims } from "../rules/authorizer-claims.ts";
import { openData } from "../tables/data.ts";
import type { Door } from "./http.ts";

/** The production door, built once per cold start; tests bring their own. */
export function openDoor<P extends object>(ports: P): Door<P> {
  return {
    ...openData(),
    origin: readEnv("ORIGIN").ORIGIN,
    ports,
    // Public routes have no authorizer in front of them: whatever a caller claims there is not read.
    identify: (event, route) => (route.access === "public" ? { kind: "anyone" } : readClaims(event)),
  };
}
