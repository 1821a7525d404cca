import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { COMPARED_SAYS } from "#shared/client/vault/checkpoint.ts";
import { CryptoError, type CryptoErrorCode } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { CopyId } from "../../../components/copy-id.tsx";
import { LongText } from "../../../components/fields/choices.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";

interface CompareVaultProps {
  readonly vaultId: Id<"vault">;
  readonly items: VaultItems;
}

/** Whether another member is shown the same vault: by a line that goes another way than by this service. */
export function CompareVault(props: CompareVaultProps) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <Lines {...props} />;
  return (
    <div>
      <Button look="plain" onClick={() => setOpen(true)}>
        Compare the vault with another member
      </Button>
    </div>
  );
}

function Lines({ vaultId, items }: CompareVaultProps) {
  const [theirs, setTheirs] = useState("");
  const mine = useQuery({
    queryKey: ["vaults", vaultId, "checkpoint"],
    gcTime: 0,
    retry: false,
    queryFn: async () => (await items.book()).checkpoint(),
  });
  const compare = useMutation({ mutationFn: async (line: string) => (await items.book()).compare(line) });
  return (
    <section aria-label="Compare the vault" className="flex flex-col gap-3 rounded-lg border border-line p-3">
      <p>
        This line stands for all you are shown of this vault. Send it to another member by mail or chat, or take theirs:
        a service that shows you two different vaults is found out by it.
      </p>
      <Waiting query={mine} lines={2}>
        {(line) => <CopyId id={line} />}
      </Waiting>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          compare.mutate(theirs);
        }}
      >
        <LongText
          label="Their line"
          rows={3}
          required
          autoComplete="off"
          spellCheck={false}
          value={theirs}
          onChange={(text) => {
            setTheirs(text);
            compare.reset();
          }}
        />
        <div className="flex justify-end">
          <Button type="submit" look="plain" disabled={compare.isPending || theirs.trim() === ""}>
            Compare
          </Button>
        </div>
      </form>
      {compare.data && <p role="status">{COMPARED_SAYS[compare.data]}</p>}
      {compare.error && <NotCompared error={compare.error} />}
    </section>
  );
}

const REFUSED: Partial<Record<CryptoErrorCode, string>> = {
  "crypto.format": "That is no such line. They find theirs in this place, or by ocmt vault compare.",
  "crypto.context": "That line is of another vault.",
  "crypto.rollback":
    "You two are not shown one vault. Write nothing into it, tell the others by another way than this service, and tell your administrator.",
};

function NotCompared({ error }: { error: Error }) {
  const says = error instanceof CryptoError ? REFUSED[error.code] : undefined;
  if (!says) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 font-medium text-bad">
      {says}
    </p>
  );
}
