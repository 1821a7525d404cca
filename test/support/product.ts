import { inject } from "vitest";
import type { Place } from "./visitor.ts";

/** What `test/support/start-product.ts` started for all files of this run. */
export interface RunningProduct extends Place {
  /** Where it keeps its data: tables, objects, logs, the folders of its tasks. */
  readonly folder: string;
  /** The names of its tables, as its stacks tell them. */
  readonly tables: { readonly tenants: string; readonly directory: string };
}

declare module "vitest" {
  interface ProvidedContext {
    product: RunningProduct;
  }
}

export const joinProduct = (): RunningProduct => inject("product");
