import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isSignedOut } from "#shared/client/api-client.ts";

const TRIES = 2;
const ME = ["me"];

/** The session ended: who one is is asked for again, and the frame leads to where one signs in. */
const noticeEnd = (error: Error) => {
  const wasIn = queries.getQueryState(ME)?.status === "success";
  if (isSignedOut(error) && wasIn) void queries.invalidateQueries({ queryKey: ME });
};

/** One page asks once for what several parts of it show; who turns to a page sees what others did a moment ago. */
const FRESH_MS = 1_000;

/** A refusal is an answer and is not asked for again; what did not come through is, twice. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: { retry: (failures, error) => !(error instanceof ApiError) && failures < TRIES, staleTime: FRESH_MS },
  },
});
