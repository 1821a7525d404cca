import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Id } from "#shared/ids.ts";
import { vaultWays } from "../../../lib/vault/ways/ways.ts";
import { AskPassphrase } from "./ask-passphrase.tsx";

interface RemoveWayProps {
  readonly slotId: Id<"slot">;
  readonly action: string;
  /** What is lost, in words. */
  readonly children: ReactNode;
  readonly onDone: () => void;
}

export function RemoveWay({ slotId, action, children, onDone }: RemoveWayProps) {
  const queries = useQueryClient();
  const remove = async (passphrase: string) => {
    await vaultWays.remove(passphrase, slotId);
    await queries.invalidateQueries({ queryKey: ["keyring"] });
    onDone();
  };
  return (
    <>
      <p>{children}</p>
      <AskPassphrase action={action} busy="Removing" look="danger" then={remove} />
    </>
  );
}
