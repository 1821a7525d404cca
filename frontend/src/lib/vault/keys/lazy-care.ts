import type { CareMeans, VaultCare } from "./care.ts";

/** Its code comes when a vault was opened that there is to be cared for. */
export function lazyCare(means: CareMeans): VaultCare {
  let loading: Promise<VaultCare> | undefined;
  const asked: ((care: VaultCare) => void)[] = [];
  let isStopped = false;
  const withCare = (use: (care: VaultCare) => void) => {
    if (isStopped) return;
    asked.push(use);
    loading ??= import("./care.ts").then(({ openCare }) => openCare(means));
    void loading.then(
      (care) => {
        if (isStopped) return;
        for (const one of asked.splice(0)) one(care);
      },
      () => {
        loading = undefined; // the network was away: it is asked for again, with all of this, when the next vault is read
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
