import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../cell/layout.ts";
import type { Gateway } from "../gateway/boot.ts";
import { type SessionIds, swapState } from "./copy.ts";

export interface AdoptInput {
  readonly gateway: Gateway;
  readonly layout: Layout;
  readonly sessions: SessionIds; // what the copy has to bring back
  /** Hears what OpenClaw prints, until the returned function is called. */
  readonly listen: (hear: (text: string) => void) => () => void;
}

/**
 * The state exchanged under a running OpenClaw: it restarts inside its process, and at the line which says that it has let go of its
 * files it is stopped for as long as two renames take. That saves a third of a start. False: it is to be started anew.
 */
export async function adoptWarm({ gateway, layout, sessions, listen }: AdoptInput): Promise<boolean> {
  const swapped = Promise.withResolvers<void>();
  let told = "";
  const deafen = listen((text) => {
    told = (told + text).slice(-400); // the line may come in two pieces
    if (!told.includes("[shutdown] completed")) return;
    deafen();
    gateway.process.freeze();
    swapState(layout).finally(gateway.process.thaw).then(swapped.resolve, swapped.reject);
  });
  try {
    await gateway.restart(swapped.promise);
    return await hasAdopted({ gateway, layout, sessions });
  } catch {
    return false;
  } finally {
    deafen();
  }
}

/** Whether it works on the state that was put there, and finds in it what the copy had to bring. */
export const hasAdopted = async ({ gateway, layout, sessions }: Omit<AdoptInput, "listen">): Promise<boolean> =>
  isOpenHere(layout) && hasAll(await gateway.driver().listSessions(), sessions);

/** SQLite makes this file beside a database it opened; a copy brings none. So it is the new one that OpenClaw works on. */
const isOpenHere = ({ state }: Layout): boolean => existsSync(join(state.outside, "state/openclaw.sqlite-shm"));

const hasAll = (there: SessionIds, wanted: SessionIds): boolean =>
  [...wanted].every(([key, id]) => there.get(key) === id);
