import type { CareMeans, VaultCare } from "./care.ts";

/** Its code comes when a vault was opened that there is to be cared for. */
export function lazyCare(means: CareMeans): VaultCare {
  let loading: Promise<VaultCare> | undefined;
  let isStopped = false;
  const withCare = (use: (care: VaultCare) => void) => {
    if (isStopped) return;
    loading ??= import("./care.ts").then(({ openCare }) => openCare(means));
    void loading.then(
      (care) => !isStopped && use(care),
      () => {
        loading = undefined; // the network was away: the next vault that is read asks again
      },
    );
  };
  return {
    begin: () => withCare((care) => care.begin()),
    see: (which) => withCare((care) => care.see(which)),
    again: (which) => withCare((care) => care.again(which)),
    stop() {
      isStopped = true;
      void loading?.then((care) => care.stop());
    },
  };
}
