import type { LeftBehind, RotationProgress } from "#shared/client/rotation/finish-rotation.ts";
import { makeStore } from "../../agent-session/view/store.ts";

/**
 * none: nothing is left to seal anew · failed: it goes on at the next unlock, or when it is asked to · left: all but these, of which the
 * same is true · done: just now, but for what others have to do.
 */
export type Resealing =
  | { readonly is: "none" }
  | { readonly is: "running"; readonly progress: RotationProgress | undefined }
  | { readonly is: "failed" }
  | { readonly is: "left" | "done"; readonly left: LeftBehind };

export const resealing = makeStore<Resealing>({ is: "none" });

/** The vault was locked: what runs goes no further, and what was left may be done by another device before it opens again. */
export const forgetResealing = (): void => resealing.change(() => ({ is: "none" }));
