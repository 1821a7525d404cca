import type { Page } from "playwright-core";
import type { Answers } from "./answers.ts";

/** One state of one page: where it is, what the API says, what is done there, and the words that show it is reached. */
export interface State {
  readonly name: string;
  readonly path: string;
  readonly answers: Answers;
  readonly act?: (page: Page) => Promise<void>;
  readonly shows: string | RegExp;
}

export const press = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click();

/** A page's states share its name and its address. */
export const statesOf =
  (page: string, path: string) =>
  (name: string, answers: Answers, shows: State["shows"], act?: State["act"]): State => ({
    ...{ name: `${page}-${name}`, path, answers, shows },
    ...(act ? { act } : {}),
  });
