import type { Id } from "../../ids.ts";
import { concat } from "../encoding/bytes.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveKey } from "../primitives/kdf.ts";
import { type SlotPlace, unwrapRootKey, wrapRootKey } from "./slot.ts";

/**
 * Slot type 06: the root key under a 32 byte secret that lives on one enrolled device, so that the device can unlock by
 * itself. slotSecret = HKDF(deviceKey, "ocmt/v1/device-slot\0" ‖ uid 16 ‖ deviceId 16). Removing a device removes its slot.
 */
export interface SlotDevice {
  readonly deviceId: Id<"device">;
  readonly deviceKey: Uint8Array;
}

export function wrapForDevice(place: SlotPlace, device: SlotDevice, urk: Key): Uint8Array {
  const slot = { ...place, type: "device", params: boundId("device", device.deviceId) } as const;
  return wrapRootKey(slot, deriveDeviceSlotSecret(device, place.uid), urk);
}

/** @throws crypto.commitment for another account, type or device: the device is in the derivation. */
export function unwrapOnDevice(bytes: Uint8Array, expected: Pick<SlotPlace, "tid" | "uid">, device: SlotDevice) {
  return unwrapRootKey(bytes, { ...expected, type: "device" }, deriveDeviceSlotSecret(device, expected.uid));
}

function deriveDeviceSlotSecret({ deviceId, deviceKey }: SlotDevice, uid: Id<"user">): Key {
  const context = concat(boundId("user", uid), boundId("device", deviceId));
  return deriveKey({ purpose: "device-slot", ikm: checked(deviceKey, 32), context });
}
