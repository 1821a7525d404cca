import { useMutation } from "@tanstack/react-query";
import type { VaultHead } from "#shared/client/vault/head.ts";
import { compareTenant, dismissGone, offerToAll } from "#shared/client/vault/keys/whole-tenant.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { keyring } from "../../../lib/api.ts";
import { useMembers } from "../../../lib/people/use-members.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";

interface FollowTenantProps {
  readonly head: VaultHead;
  readonly items: VaultItems;
}

/**
 * Where a vault and the organisation differ. Who belongs to it is the platform's word, so that nobody is taken out or let in before a person
 * has said so.
 */
export function FollowTenant({ head, items }: FollowTenantProps) {
  const people = useMembers().data;
  if (!people) return null;
  const { missing, gone } = compareTenant(head.chain, people);
  return (
    <>
      <Gone {...{ gone, items }} />
      {head.kind === "tenant" && <Missing {...{ missing, items }} />}
    </>
  );
}

function Gone({ gone, items }: Pick<FollowTenantProps, "items"> & { readonly gone: readonly Id<"user">[] }) {
  const dismissal = useMutation({
    mutationFn: (ids: readonly Id<"user">[]) => items.step((book) => dismissGone(book, ids)),
  });
  if (gone.length === 0 && !dismissal.isSuccess) return null;
  const many = dismissal.variables?.length ?? gone.length;
  const who = many === 1 ? "Somebody" : `${many} people`;
  return (
    <div className="flex flex-col gap-1 rounded-lg border border-line bg-panel p-3">
      <p role="status">
        {dismissal.isSuccess
          ? `${who} who left the organisation can open nothing that is kept here from now on. What they could read before, they may have kept.`
          : `The platform says that ${who.toLowerCase()} in this vault left the organisation. Take them out if you know of it: the key is changed, and every item sealed anew.`}
      </p>
      {gone.length > 0 && (
        <div>
          <Button look="plain" disabled={dismissal.isPending} onClick={() => dismissal.mutate(gone)}>
            {dismissal.isPending ? "Changing the key" : `Take ${gone.length === 1 ? "them" : `all ${gone.length}`} out`}
          </Button>
        </div>
      )}
      {dismissal.error && <Problem error={dismissal.error} />}
    </div>
  );
}

const NAMED_MAX = 5;

function Missing({ missing, items }: Pick<FollowTenantProps, "items"> & { readonly missing: readonly Member[] }) {
  const offer = useMutation({
    mutationFn: async (people: readonly Member[]) => {
      let waiting: Member[] = [];
      await items.step(async (book) => {
        waiting = await offerToAll(keyring, book, people);
      });
      return waiting.map(({ userId }) => userId);
    },
  });
  const waiting = missing.filter(({ userId }) => offer.data?.includes(userId));
  const open = missing.filter((person) => !waiting.includes(person));
  if (missing.length === 0) return null;
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line bg-panel p-3">
      {open.length > 0 && (
        <>
          <p className="wrap-anywhere">
            Not in this vault yet: {namesOf(open)}. The platform says that they belong to your organisation. Offer it
            only if you know that they do.
          </p>
          <div>
            <Button look="plain" disabled={offer.isPending} onClick={() => offer.mutate(open)}>
              {offer.isPending
                ? "Offering it"
                : `Offer it to ${open.length === 1 ? "this person" : `all ${open.length}`}`}
            </Button>
          </div>
        </>
      )}
      {waiting.length > 0 && (
        <p className="wrap-anywhere text-quiet">Has no keys yet, and can be offered it later: {namesOf(waiting)}.</p>
      )}
      {offer.error && <Problem error={offer.error} />}
    </div>
  );
}

function namesOf(people: readonly Member[]): string {
  const names = people.slice(0, NAMED_MAX).map(({ email }) => email);
  const more = people.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
