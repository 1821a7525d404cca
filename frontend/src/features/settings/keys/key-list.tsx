import { useState } from "react";
import type { ApiKey } from "#shared/contracts/identity.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { useRevokeApiKey } from "./use-api-keys.ts";

export function KeyList({ keys, mayRevoke }: { keys: readonly ApiKey[]; mayRevoke: boolean }) {
  const [revoking, setRevoking] = useState<ApiKey>();
  const close = () => setRevoking(undefined);
  return (
    <>
      <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
        {keys.map((key) => (
          <li key={key.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 p-3">
            <div className="min-w-0 flex-1 basis-56">
              <p className="break-words">
                <span className="font-medium">{key.name}</span>{" "}
                <span className="font-mono text-[13px] text-quiet">{key.hint}…</span>
              </p>
              <p className="font-mono text-[13px] break-words">{key.scopes.join(" ")}</p>
              <p className="text-[13px] text-quiet">
                <Times of={key} />
              </p>
            </div>
            {mayRevoke && (
              <Button look="plain" aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Dialog open={revoking !== undefined} title={`Revoke ${revoking?.name ?? ""}`} onClose={close}>
        {revoking && <RevokeKey apiKey={revoking} onClose={close} />}
      </Dialog>
    </>
  );
}

function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useRevokeApiKey();
  return (
    <div className="flex flex-col gap-4">
      <p>
        The key <strong className="break-all">{apiKey.name}</strong> (<span className="font-mono">{apiKey.hint}…</span>)
        is refused within five seconds. Programs that use it stop working. There is no way back; a new key has another
        secret.
      </p>
      {revoke.error && <Problem error={revoke.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="plain" onClick={onClose}>
          Keep it
        </Button>
        <Button
          look="danger"
          disabled={revoke.isPending}
          onClick={() => revoke.mutate(apiKey.id, { onSuccess: onClose })}
        >
          Revoke key
        </Button>
      </div>
    </div>
  );
}

function Times({ of: { createdAt, expiresAt, lastUsedAt } }: { of: ApiKey }) {
  return (
    <>
      made <RelativeTime at={createdAt} /> · {lastUsedAt ? "used " : "never used"}
      {lastUsedAt && <RelativeTime at={lastUsedAt} />} · {expiresAt ? "ends " : "no end"}
      {expiresAt && <RelativeTime at={expiresAt} />}
    </>
  );
}
