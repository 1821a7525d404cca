import type { RotationProgress } from "#shared/client/rotation/finish-rotation.ts";
import { makeStore } from "../../agent-session/view/store.ts";

/** none: nothing is left to seal anew · failed: it goes on at the next unlock, or when it is asked to · done: just now. */
export type Resealing =
  | { readonly is: "none" | "done" }
  | { readonly is: "running"; readonly progress: RotationProgress | undefined }
  | { readonly is: "failed" };

export const resealing = makeStore<Resealing>({ is: "none" });
