import { Plus } from "lucide-react";
import { useState } from "react";
import { allows } from "#shared/permissions.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useMe } from "../../../lib/use-me.ts";
import { Section } from "../section.tsx";
import { CreateKeyForm } from "./create-key-form.tsx";
import { KeyList } from "./key-list.tsx";
import { useApiKeys } from "./use-api-keys.ts";

const SAYS =
  "For programs that act as you in this organisation. A key opens no vault and reads no conversation: it holds none of your keys.";

export function KeysPage() {
  const { me } = useMe();
  if (me && !allows(me.role, "api_keys:read")) {
    return (
      <Section title="API keys" says={SAYS}>
        <p>An observer has no API keys. Ask an owner or admin for another role.</p>
      </Section>
    );
  }
  return <Keys mayWrite={me !== undefined && allows(me.role, "api_keys:write")} />;
}

function Keys({ mayWrite }: { mayWrite: boolean }) {
  const keys = useApiKeys();
  const [isCreating, setCreating] = useState(false);
  const close = () => setCreating(false);
  return (
    <Section title="API keys" says={SAYS}>
      {mayWrite && (
        <div>
          <Button onClick={() => setCreating(true)}>
            <Plus size={16} aria-hidden /> New API key
          </Button>
        </div>
      )}
      <Waiting query={keys} lines={2}>
        {(all) =>
          all.length > 0 ? <KeyList keys={all} mayRevoke={mayWrite} /> : <p className="text-quiet">No API key yet.</p>
        }
      </Waiting>
      <Dialog open={isCreating} title="New API key" onClose={close}>
        {isCreating && <CreateKeyForm onDone={close} />}
      </Dialog>
    </Section>
  );
}
