import { useSyncExternalStore } from "react";
import { type Care, careNews } from "./care-news.ts";
import { type Resealing, resealing } from "./resealing.ts";

export const useResealing = (): Resealing => useSyncExternalStore(resealing.subscribe, resealing.get);

/** What is done for single vaults. */
export const useCare = (): readonly Care[] => useSyncExternalStore(careNews.subscribe, careNews.get);
