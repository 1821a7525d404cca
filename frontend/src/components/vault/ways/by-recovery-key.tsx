import { findKeyFault } from "#shared/client/recovery/say-key.ts";
import { TypedForm } from "./typed-form.tsx";
import type { WayProps } from "./use-unlock.ts";

export function ByRecoveryKey({ place }: WayProps) {
  return (
    <TypedForm
      place={place}
      label="Recovery key, 36 characters"
      what="key"
      fault={faultOf}
      whole="Its check characters fit."
      factor={(key) => ({ by: "key", key: key.trim() })}
    />
  );
}

function faultOf(typed: string) {
  const found = findKeyFault(typed.trim());
  return found && { says: found.says, isWrong: found.is !== "unfinished" };
}
