import { useSyncExternalStore } from "react";
import * as z from "zod";

export const LOCK_MINUTES = [5, 15, 60] as const;

const Preferences = z.object({
  theme: z.enum(["system", "light", "dark"]).catch("system"),
  shortcuts: z.boolean().catch(true),
  lockMinutes: z.literal(LOCK_MINUTES).catch(15),
});
export type Preferences = z.infer<typeof Preferences>;

const KEY = "ocmt.preferences";
const listeners = new Set<() => void>();
let held: Preferences | undefined;

/** How this browser shows the app. Kept here, in the clear: it says nothing of what anyone does with it. */
function readPreferences(): Preferences {
  held ??= parsePreferences(localStorage.getItem(KEY));
  return held;
}

export function changePreferences(change: Partial<Preferences>): void {
  held = { ...readPreferences(), ...change };
  localStorage.setItem(KEY, JSON.stringify(held));
  announce();
}

/** Follows other tabs, and puts the theme on the page now and at every change. Called once, at the start. */
export function startPreferences(): void {
  addEventListener("storage", ({ key }) => {
    if (key !== KEY) return;
    held = undefined;
    announce();
  });
  listeners.add(applyTheme);
  applyTheme();
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, readPreferences);

/** What an older version wrote, or a hand, is read as far as it makes sense. */
export function parsePreferences(text: string | null): Preferences {
  try {
    return Preferences.parse(JSON.parse(text ?? "{}"));
  } catch {
    return Preferences.parse({});
  }
}

const SCHEMES = { system: "light dark", light: "light", dark: "dark" } as const;

/** The tokens are written with light-dark(), so the scheme alone turns them all. */
function applyTheme(): void {
  document.documentElement.style.colorScheme = SCHEMES[readPreferences().theme];
}

function announce(): void {
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
