import { useSyncExternalStore } from "react";
import { type Resealing, resealing } from "./resealing.ts";

export const useResealing = (): Resealing => useSyncExternalStore(resealing.subscribe, resealing.get);
