import { useQuery } from "@tanstack/react-query";
import { isOfPresentRoot } from "#shared/client/device/current.ts";
import { Waiting } from "../../../components/waiting.tsx";
import { keyring } from "../../../lib/api.ts";
import { Section } from "../section.tsx";
import { DeviceList } from "./device-list.tsx";

const useDevices = () =>
  useQuery({
    queryKey: ["devices"],
    queryFn: async () => {
      const { items } = await keyring.listDevices({});
      const present = items.length > 0 ? await keyring.getKeyring({}) : undefined; // who has a device has a keyring
      return items.map((device) => ({ ...device, isCurrent: !present || isOfPresentRoot(present, device) }));
    },
  });

/** Devices whose certificate the root has signed: those an agent speaks with. */
export function DevicesPage() {
  const devices = useDevices();
  return (
    <Section
      title="Devices"
      says="Each unlocked browser has keys of its own and a certificate signed by your root. Your agent speaks with these devices only, and with none that you have taken back. To add one without the passphrase, sign in there and choose “Use another device of yours”: it asks on every device whose vault is open."
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
