import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";

/** What is looked at of a query of react-query, or of several read as one. */
export interface Reading<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly refetch: () => unknown;
}

interface PageOf<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** A whole list, read page after page, and nothing before it is whole: people are counted in tens, and who may be changed depends on all of them. */
export function useWhole<T>(
  queryKey: readonly string[],
  read: (page: { limit: number; cursor?: string }) => Promise<PageOf<T>>,
): Reading<T[]> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read({ limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
  });
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const { error, refetch, data } = query;
  return { error, isFetching, refetch, data: hasNextPage ? undefined : data?.pages.flatMap(({ items }) => items) };
}

const PAGE = 100;
