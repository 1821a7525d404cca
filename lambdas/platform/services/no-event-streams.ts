/**
 * Stands in for the SDK's event streams when a function is bundled (lib/bundling.ts): no command that we send has one. The SDK loads them by
 * `import()` where one is asked for, and for the sake of that esbuild keeps 180 of its modules whole, 20 KB in each function.
 */
const refuse = (): never => {
  throw new Error("no event streams in this bundle");
};

export const EventStreamSerde = refuse;
export const eventStreamSerdeProvider = refuse;
/** Called by each client of a service that has such commands, used or not. */
export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;
