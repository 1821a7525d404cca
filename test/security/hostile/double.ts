import { apiClient, type Client } from "#shared/client/api-client.ts";
import type { Contract } from "#shared/contracts/route.ts";

type Call = (input: never) => Promise<unknown>;
type Lies<A> = {
  readonly [K in keyof A]?: A[K] extends (input: infer I) => Promise<infer R>
    ? (reply: R, input: I) => R | Promise<R>
    : never;
};

/**
 * A server that speaks our API and lies: the honest one answers, and what it answers is changed on the way. The client in
 * front of it is the one in the product.
 */
export function lying<A extends object>(honest: A, lies: Lies<A>): A {
  const calls = Object.entries<Call>(honest as Record<string, Call>).map(([name, call]) => {
    const lie = lies[name as keyof A] as ((reply: unknown, input: unknown) => unknown) | undefined; // of the same route
    const ask = call as (input: unknown) => Promise<unknown>;
    return [name, async (input: unknown) => (lie ? lie(await ask(input), input) : ask(input))];
  });
  return Object.fromEntries(calls) as A; // built from its own entries
}

/** One exchange as the server sees it: all of it. */
export interface Exchange {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Wire {
  /** What the honest server answers. */
  readonly serve: (request: Request) => Promise<Response>;
  /** What becomes of its JSON on the way. */
  readonly edit?: (reply: object, path: string) => object;
  readonly log: Exchange[];
}

/** The client of the product, over a wire that somebody reads and writes: fields that no contract knows can be put in there. */
export const overWire = <C extends Contract>(contract: C, { serve, edit = (reply) => reply, log }: Wire): Client<C> =>
  apiClient(contract, {
    baseUrl: "https://ocmt.example",
    token: async () => "of this person",
    fetch: async (url, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers));
      log.push({ url: String(url), headers, body: String(init?.body ?? "") });
      const response = await serve(new Request(url, init));
      const reply = JSON.parse(await response.text()) as object;
      const edited = response.ok ? edit(reply, new URL(String(url)).pathname) : reply;
      return new Response(JSON.stringify(edited), { status: response.status });
    },
  });
