import { makeKeyring } from "#shared/client/keyring.ts";
import type { Id } from "#shared/ids.ts";
import type { GroupWorld, Someone } from "./group-world.ts";

/** Keys that the server makes up for a person, and serves as theirs. */
export async function inventedFor(world: GroupWorld, { tid, uid }: Someone["account"]) {
  const deriveArgon2id = async () => new Uint8Array(32);
  const made = await makeKeyring({ tid, uid }, "of the server", { deriveArgon2id, now: world.clock });
  return { account: made.account, bundles: [made.request.bundle] };
}

/** What answers for one person with the keys of another server-made one, and honestly for everybody else. */
export function substituting(
  world: GroupWorld,
  { reader, victim }: { readonly reader: Someone; readonly victim: Someone },
  { bundles }: Pick<Awaited<ReturnType<typeof inventedFor>>, "bundles">,
) {
  const honest = world.keyringOf(reader.account.uid);
  return {
    getIdentity: async (input: { userId: Id<"user"> }) =>
      input.userId === victim.account.uid ? { userId: input.userId, bundles: [...bundles] } : honest.getIdentity(input),
  };
}
