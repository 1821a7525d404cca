import { MailX } from "lucide-react";
import { Button } from "../../../components/button.tsx";
import type { Lost } from "../../../lib/agent-session/view/view.ts";

interface LostWordsProps {
  readonly lost: readonly Lost[];
  readonly agentName: string;
  readonly onSeen: () => void;
}

/** Messages that will not arrive, and that this device has no more: all it can say is how many there were. */
export function LostWords({ lost, agentName, onSeen }: LostWordsProps) {
  const count = lost.filter(({ isSeen }) => !isSeen).length;
  if (count === 0) return null;
  return (
    <section
      role="alert"
      aria-label="Not delivered"
      className="mb-2 flex flex-col gap-2 rounded-lg border border-warn bg-panel p-3"
    >
      <p className="flex items-center gap-2 font-medium">
        <MailX size={18} aria-hidden className="shrink-0 text-warn" />
        {count === 1 ? "1 message" : `${count} messages`} from before did not reach {agentName}
      </p>
      <p>
        {count === 1 ? "It waited" : "They waited"}, sealed under keys that were changed since or for longer than a
        message may, and cannot be opened any more. Say again what still matters.
      </p>
      <div>
        <Button look="plain" onClick={onSeen}>
          Understood
        </Button>
      </div>
    </section>
  );
}
