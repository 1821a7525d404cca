import { changeItems } from "#shared/client/vault/change.ts";
import type { VaultApi } from "#shared/client/vault/head.ts";
import { enterVault, type VaultMeans, type VaultState, type Which } from "#shared/client/vault/state.ts";
import { bucketOf } from "#shared/crypto/vault/tree.ts";
import { type Id, newId } from "#shared/ids.ts";
import { EDIT, GroupWorld, type Someone, share } from "#test/support/group-world.ts";
import { loginOf, VaultWorld } from "#test/support/vault-world.ts";

/** A person's vault of so many items, served by the product's own code over tables in memory. */
export interface FilledVault {
  readonly world: VaultWorld;
  readonly items: readonly Id<"item">[];
  /** A device that has not seen the vault in this session, and the time its calls took, which is not the client's. */
  enter(): { readonly means: VaultMeans; readonly awaitedMs: () => number };
}

const AT_ONCE = 25;

export async function fillVault(count: number): Promise<FilledVault> {
  const world = new VaultWorld();
  const keeper = await world.keeper("ours");
  const { account, api } = keeper;
  const items = makeIds(world, count);
  await fill(world.device(account, api), "own", items);
  return {
    world,
    items,
    enter() {
      const { timed, awaitedMs } = timeCalls(api);
      return { means: world.device(account, timed), awaitedMs };
    },
  };
}

const INVITES_AN_HOUR = 20;
const HOUR_MS = 3_600_000;

/** A group's vault whose last member was removed again after the items came: they wait to be sealed anew. */
export async function fillGroup({ members, items: count }: { readonly members: number; readonly items: number }) {
  const world = new GroupWorld();
  const owner = await world.owner("ours");
  await world.upgrade(owner.account.tid, "enterprise");
  const people: Someone[] = [];
  for (let i = 1; i < members; i++) {
    if (i % INVITES_AN_HOUR === 0) world.turn(HOUR_MS);
    people.push(await world.colleague(owner, `person${i}`));
  }
  const { vaultId, book } = await share(
    owner,
    people.map((who) => ({ who, rights: EDIT })),
  );
  const device = (api: VaultApi): VaultMeans => world.device(owner.account, api);
  await fill(device(owner.api), vaultId, makeIds(world, count));
  const others = people.map(({ account }) => account.uid);
  const last = count > 0 ? others.pop() : undefined;
  if (last) await book.removeMember(last);
  return { api: owner.api, vaultId, device, others };
}

/** By bucket, so that a batch of them reads few. */
const makeIds = ({ clock }: VaultWorld, count: number) =>
  Array.from({ length: count }, () => newId("item", clock)).toSorted((a, b) => bucketOf(a) - bucketOf(b));

async function fill(means: VaultMeans, which: Which, items: readonly Id<"item">[]): Promise<void> {
  let state: VaultState = await enterVault(means, which);
  for (let i = 0; i < items.length; i += AT_ONCE) {
    const put = (id: Id<"item">) => ({ do: "put", at: { id, version: 0 }, secret: loginOf(`Account ${id}`) }) as const;
    state = await changeItems(means, state, items.slice(i, i + AT_ONCE).map(put));
  }
}

/** The same API, and how long an answer of it was waited for in all. */
export function timeCalls(api: VaultApi): { readonly timed: VaultApi; readonly awaitedMs: () => number } {
  let awaited = 0;
  let open = 0;
  let since = 0;
  const timed = Object.fromEntries(
    Object.entries(api).map(([name, call]) => [
      name,
      async (input: never) => {
        if (open++ === 0) since = performance.now();
        try {
          return await call(input);
        } finally {
          if (--open === 0) awaited += performance.now() - since;
        }
      },
    ]),
  ) as unknown as VaultApi; // the same methods, each with the same input and reply
  return { timed, awaitedMs: () => awaited };
}

/** Wall time of `work` in milliseconds, less what it waited for the API: what the client itself took. */
export async function clientMillis(awaitedMs: () => number, work: () => Promise<unknown>): Promise<number> {
  const [waited, started] = [awaitedMs(), performance.now()];
  await work();
  return performance.now() - started - (awaitedMs() - waited);
}

/** Nothing of what the API logs is of interest here. */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const write = process.stdout.write;
  process.stdout.write = () => true;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}
