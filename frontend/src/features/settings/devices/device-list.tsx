import { useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { Device } from "#shared/contracts/keyring.ts";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { takeBack } from "./take-back.ts";

/** As it is listed, and whether the present root vouches for it. */
interface Listed extends Device {
  readonly isCurrent: boolean;
}

/** The newest first; one that was taken back, or is of keys that are no more, stays to be seen. */
export function DeviceList({ devices }: { devices: readonly Listed[] }) {
  return (
    <ul aria-label="Devices" className="divide-y divide-line rounded-lg border border-line bg-panel">
      {devices
        .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
        .map((device) => (
          <DeviceRow key={device.id} device={device} all={devices} />
        ))}
    </ul>
  );
}

function DeviceRow({ device, all }: { device: Listed; all: readonly Listed[] }) {
  const vault = useVault();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const isThis = vault.is === "open" && vault.device.id === device.id;
  const mayTakeBack = vault.is === "open" && !isThis && !device.revokedAt;
  const confirm = async () => {
    await takeBack(device, all);
    await client.invalidateQueries({ queryKey: ["devices"] });
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 p-3">
      <KeyRound size={20} aria-hidden className="shrink-0 text-quiet" />
      <div className="min-w-0 flex-1 basis-44">
        <p className="break-words">
          {device.name}
          {isThis && <span className="font-medium text-good"> · this device</span>}
        </p>
        <p className="text-[13px] text-quiet">
          registered <RelativeTime at={device.createdAt} />
          {!device.isCurrent && !device.revokedAt && " · not current: all keys were changed since"}
          {device.revokedAt && (
            <span className="text-bad">
              {" "}
              · taken back <RelativeTime at={device.revokedAt} />
            </span>
          )}
        </p>
      </div>
      {mayTakeBack && (
        <Button look="plain" aria-label={`Take back ${device.name}`} onClick={() => setAsking(true)}>
          Take back
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Take back ${device.name}`}
        action={`Take back ${device.name}`}
        onConfirm={confirm}
        refusal="The list of devices that the server gave is not the one this browser saw before. Nothing was changed; tell your operator."
      >
        <p>
          Your agents and the relay refuse it from now on, and its session ends. What waits on it unsent is lost. It
          cannot be undone.
        </p>
        <p>If it was unlocked in somebody else's hands, change all keys too (Security): it may hold copies.</p>
      </ConfirmDialog>
    </li>
  );
}
