import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "#shared/client/api-client.ts";

const TRIES = 2;

/** A refusal is an answer and is not asked for again; what did not come through is, twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (failures, error) => !(error instanceof ApiError) && failures < TRIES, staleTime: 5_000 },
  },
});
