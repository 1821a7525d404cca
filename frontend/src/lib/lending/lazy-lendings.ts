import type { LendingMeans, Lendings } from "#shared/client/lending/lendings.ts";

/** Their code comes with the first session or page that needs it. */
export type LazyLendings = () => Promise<Lendings>;

export function lazyLendings(means: LendingMeans): LazyLendings {
  let loading: Promise<Lendings> | undefined;
  return () => {
    loading ??= import("#shared/client/lending/lendings.ts").then(({ openLendings }) => openLendings(means));
    loading.catch(() => {
      loading = undefined; // the network was away
    });
    return loading;
  };
}
