import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { COMPARED_SAYS, readCheckpoint } from "#shared/client/vault/checkpoint.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
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
      {compare.error && <NotCompared error={compare.error} vaultId={vaultId} line={compare.variables} />}
    </section>
  );
}

const NO_LINE = "That is no such line. They find theirs in this place, or by ocmt vault compare.";
const OTHER_VAULT = "That line is of another vault.";
const NOT_ONE =
  "You two are not shown one vault, or what is shown here does not hold. Write nothing into it, tell the others by another way than this service, and tell your administrator.";

/** Only what is wrong with the line itself is harmless: whatever else does not hold, the service shows. */
function NotCompared({ error, vaultId, line }: { error: Error; vaultId: Id<"vault">; line: string }) {
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 font-medium text-bad">
      {faultOf(vaultId, line) ?? NOT_ONE}
    </p>
  );
}

function faultOf(vaultId: Id<"vault">, line: string): string | undefined {
  try {
    readCheckpoint(vaultId, line);
    return undefined;
  } catch (error) {
    return error instanceof CryptoError && error.code === "crypto.context" ? OTHER_VAULT : NO_LINE;
  }
}
