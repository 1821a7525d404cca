import type * as z from "zod";
import { log, traceOf } from "../log.ts";
import type { JobCtx } from "../rules/context.ts";
import { type Data, openData } from "../tables/data.ts";

/** One piece of work for a queue, a schedule, a trigger or a state machine. */
export interface Job<I extends z.ZodType, O, P extends object> {
  readonly name: string;
  readonly input: I;
  readonly run: (ctx: JobCtx & P, input: z.output<I>) => Promise<O>;
}

/**
 * A function called by a machine. It parses what it is given as strictly as a route does, and throws what goes wrong:
 * retries and dead letters are declared where it is deployed, in `lib/`. Its one log line says how it ended.
 */
export function serveJob<I extends z.ZodType, O, P extends object>(
  { name, input, run }: Job<I, O, P>,
  ports: P,
  data: Data = openData(),
): (event: unknown) => Promise<O> {
  return async (event) => {
    const started = Date.now();
    try {
      const parsed = input.parse(event);
      const output = await run({ ...ports, actor: { kind: "system", job: name }, ...data }, parsed);
      log.info("job.done", { job: name, milliseconds: Date.now() - started });
      return output;
    } catch (error) {
      log.error("job.failed", { job: name, milliseconds: Date.now() - started, ...traceOf(error) });
      throw error;
    }
  };
}
