/** What a device keeps between visits, by name. Whatever is secret is sealed before it comes here. */
export interface Database {
  get<T>(name: string): Promise<T | undefined>;
  put(name: string, value: unknown): Promise<void>;
  /** What is kept there now makes what is kept next, and nothing comes between the two, from another page or program either. */
  change<T>(name: string, next: (kept: T | undefined) => T): Promise<T>;
  remove(name: string): Promise<void>;
  /** All that lies under a prefix, in the order of the names. */
  list<T>(prefix: string): Promise<readonly T[]>;
}
