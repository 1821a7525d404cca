import * as z from "zod";
import type { HttpEvent, HttpResult } from "#platform/pipe/event.ts";
import { serve } from "#platform/pipe/http.ts";
import type { Contract } from "#shared/contracts/route.ts";
import type { World } from "#test/support/world.ts";

/** A route that takes and gives a small object, with no I/O behind it: what is left is our pipe. */
export const oneRoute = {
  rename: {
    method: "PUT",
    path: "/v1/things/{id}",
    access: "tenant:read",
    summary: "A thing to measure with.",
    input: z.object({ id: z.string().max(40), name: z.string().max(80) }),
    reply: z.object({ id: z.string(), name: z.string() }),
  },
} as const satisfies Contract;

export const serveOneRoute = (world: World): ((event: HttpEvent) => Promise<HttpResult>) =>
  serve(oneRoute, { rename: async (_ctx, { id, name }) => ({ id, name }) }, world.door());
