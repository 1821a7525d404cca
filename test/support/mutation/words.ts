/** What the test runner of Stryker (plugin.ts) and the tests that it keeps loaded (kept.test.ts) say to each other. */
export const CHANNEL = "ocmt-mutation";

export type Ask =
  | { readonly is: "dry" }
  | { readonly is: "end" }
  | {
      readonly is: "mutant";
      readonly id: string;
      readonly hitLimit: number | undefined;
      /** In the order in which they are tried. */
      readonly tests: readonly string[];
      /** It was there when everything was loaded, and stays. */
      readonly isStatic: boolean;
    };

export interface TriedTest {
  readonly id: string;
  readonly ms: number;
  /** Why it failed with nothing changed. */
  readonly failure: string | undefined;
}

export type Answer =
  | { readonly is: "ready"; readonly broken: readonly string[] }
  | { readonly is: "tried"; readonly tests: readonly TriedTest[]; readonly coverage: unknown }
  | { readonly is: "survived"; readonly tests: number }
  | { readonly is: "timeout" }
  | {
      readonly is: "killed";
      readonly by: string;
      readonly failure: string;
      readonly tests: number;
      /** The same test fails now with nothing changed: what the change did outlives it. */
      readonly isSpoilt: boolean;
    };
