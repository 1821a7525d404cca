import { Fingerprint } from "lucide-react";
import { passkeyIdsOf } from "#shared/client/keyring.ts";
import { useKeyring } from "../../../lib/vault/use-keyring.ts";
import { askPasskey, findPasskeyObstacle } from "../../../lib/vault/ways/passkey.ts";
import { Button } from "../../button.tsx";
import { UnlockProblem } from "../unlock-problem.tsx";
import { PasskeyWords } from "./passkey-words.tsx";
import { useUnlock, type WayProps } from "./use-unlock.ts";

export function ByPasskey({ place }: WayProps) {
  const keyring = useKeyring();
  const unlock = useUnlock({ place });
  const obstacle = findPasskeyObstacle();
  if (obstacle) return <PasskeyWords is={obstacle} />;
  const ids = keyring.data ? passkeyIdsOf(keyring.data) : [];
  return (
    <>
      <p className="text-quiet">Your device asks for a fingerprint, your face or a PIN. What it answers stays here.</p>
      {unlock.error && <UnlockProblem error={unlock.error} what="passkey" />}
      <Button
        disabled={unlock.isPending || ids.length === 0}
        onClick={() => unlock.mutate(async () => ({ by: "passkey", passkey: await askPasskey(place, ids) }))}
      >
        <Fingerprint size={16} aria-hidden /> {unlock.isPending ? "Waiting for your passkey" : "Unlock with a passkey"}
      </Button>
    </>
  );
}
