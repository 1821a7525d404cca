import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import type { Device } from "#shared/contracts/vault.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { vault } from "../../../lib/api.ts";
import { Section } from "../section.tsx";

const useDevices = () => useQuery({ queryKey: ["devices"], queryFn: async () => (await vault.listDevices({})).items });

/** Devices whose certificate the root has signed: those an agent speaks with. */
export function DevicesPage() {
  const devices = useDevices();
  return (
    <Section
      title="Devices"
      says="Each unlocked browser has keys of its own and a certificate signed by your root. Your agent speaks with these devices only. A certificate cannot be taken back yet; ending a device's session keeps it from the relay."
    >
      <Waiting query={devices} lines={2}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-quiet">No device yet. This one is registered when you unlock the vault.</p>
          ) : (
            <DeviceList devices={items} />
          )
        }
      </Waiting>
    </Section>
  );
}

function DeviceList({ devices }: { devices: readonly Device[] }) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
      {devices
        .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
        .map((device) => (
          <li key={device.id} className="flex items-center gap-4 p-3">
            <KeyRound size={20} aria-hidden className="shrink-0 text-quiet" />
            <div className="min-w-0">
              <p className="break-words">{device.name}</p>
              <p className="text-[13px] text-quiet">
                registered <RelativeTime at={device.createdAt} />
              </p>
            </div>
          </li>
        ))}
    </ul>
  );
}
