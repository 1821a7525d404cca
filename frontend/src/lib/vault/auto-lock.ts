import { useEffect, useState } from "react";
import { usePreferences } from "../preferences.ts";
import { useVault } from "./use-vault.ts";
import { lockVault } from "./vault.ts";

const WARN_MS = 30_000;
const LOOK_MS = 1_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/**
 * Locks the vault when nobody has touched the page for as long as this browser's setting says; for the thirty seconds before, tells how
 * many are left. By the clock and not by counting: a machine that slept has slept.
 */
export function useAutoLock(): { readonly secondsLeft: number | undefined; readonly stay: () => void } {
  const vault = useVault();
  const isOpen = vault.is === "open";
  const { lockMinutes } = usePreferences();
  const [secondsLeft, setLeft] = useState<number>();
  const [touched] = useState(() => ({ at: Date.now() }));

  useEffect(() => {
    if (!isOpen) return;
    const touch = () => {
      touched.at = Date.now();
    };
    const look = () => {
      const left = touched.at + lockMinutes * 60_000 - Date.now();
      setLeft(left <= WARN_MS ? Math.max(0, Math.ceil(left / 1000)) : undefined);
      if (left <= 0) lockVault();
    };
    touch();
    for (const sign of SIGNS) addEventListener(sign, touch, { passive: true });
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      for (const sign of SIGNS) removeEventListener(sign, touch);
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
      setLeft(undefined);
    };
  }, [isOpen, lockMinutes, touched]);

  const stay = () => {
    touched.at = Date.now();
    setLeft(undefined);
  };
  return { secondsLeft, stay };
}
