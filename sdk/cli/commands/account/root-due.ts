import type { Clients } from "#shared/client/clients.ts";
import { isRootDue, rootSince } from "#shared/client/rotation/root-age.ts";
import type { Id } from "#shared/ids.ts";

/** Once a year it is time for other keys, which only the person can make: undefined before that, or where the service does not answer. */
export async function sayRootDue(
  keyring: Pick<Clients["keyring"], "getIdentity">,
  userId: Id<"user">,
  now: Date,
): Promise<string | undefined> {
  const since = await keyring
    .getIdentity({ userId })
    .then(({ bundles }) => rootSince(bundles))
    .catch(() => undefined); // the vault is open all the same
  return since && isRootDue(since, now)
    ? "Your keys are more than a year old. Change all of them: ocmt keys rotate"
    : undefined;
}
