import type { Page } from "playwright-core";
import { takeScreen } from "../sheet/take.ts";
import type { See } from "./settle.ts";

/** Takes the pictures of a page of the running product as it stands, and gathers what is wrong with it. */
export function seeing(page: () => Page): { readonly see: See; readonly faults: string[] } {
  const faults: string[] = [];
  const see: See = async (name) => {
    faults.push(...(await takeScreen(page(), `real-${name}`)));
  };
  return { see, faults };
}
