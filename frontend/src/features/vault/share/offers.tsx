import type { VaultMembership } from "#shared/contracts/vault.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useAnswer, useVaultList } from "../../../lib/vault/items/use-vaults.ts";
import { sayRights } from "./rights-words.ts";

/** Vaults that wait for one's answer. */
export function Offers({ onGo }: { onGo: (vaultId: string) => void }) {
  const vaults = useVaultList();
  const offered = (vaults.data ?? []).filter(({ state }) => state === "offered");
  if (offered.length === 0) return null;
  return (
    <ul aria-label="Offered to you" className="flex flex-col gap-2 px-4 pb-2">
      {offered.map((vault) => (
        <Offer key={vault.id} vault={vault} onGo={onGo} />
      ))}
    </ul>
  );
}

function Offer({ vault: { id: vaultId, name, rights }, onGo }: { vault: VaultMembership; onGo: (id: string) => void }) {
  const answer = useAnswer();
  return (
    <li className="flex flex-col gap-2 rounded-lg border border-accent bg-panel p-3">
      <p>
        The vault <strong className="font-medium break-words">{name}</strong> is shared with you. {sayRights(rights)}
      </p>
      {answer.error && <Problem error={answer.error} />}
      <div className="flex flex-wrap gap-2">
        <Button
          disabled={answer.isPending}
          onClick={() => answer.mutate({ vaultId, answer: "accept" }, { onSuccess: () => onGo(vaultId) })}
        >
          Use {name}
        </Button>
        <Button look="plain" disabled={answer.isPending} onClick={() => answer.mutate({ vaultId, answer: "decline" })}>
          Decline
        </Button>
      </div>
    </li>
  );
}
