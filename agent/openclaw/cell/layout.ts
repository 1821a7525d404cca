import { join } from "node:path";

/**
 * Where a cell's files lie. `outside` is the path the supervisor uses, `inside` the one OpenClaw sees: the same in a plain child
 * process, fixed ones in the sandbox. The state is a folder of `home`, so that it can be exchanged by renaming while `home` is mounted.
 */
interface Place {
  readonly outside: string;
  readonly inside: string;
}

export interface Layout {
  readonly home: Place;
  readonly state: Place;
  readonly config: Place;
  readonly secrets: Place;
  readonly gate: Place;
  readonly temporary: Place;
  /** Where a restored state is unpacked before it takes the place of the one there is; on the same disk. */
  readonly stage: string;
}

const INSIDE = {
  home: "/home/agent",
  config: "/etc/openclaw",
  secrets: "/run/secrets",
  gate: "/opt/gate-plugin",
  temporary: "/tmp",
} as const;

const STATE_NAME = ".openclaw";

export function layOut(folder: string, isSandboxed: boolean): Layout {
  const place = (name: keyof typeof INSIDE): Place => {
    const outside = join(folder, name);
    return { outside, inside: isSandboxed ? INSIDE[name] : outside };
  };
  const home = place("home");
  return {
    home,
    state: { outside: join(home.outside, STATE_NAME), inside: join(home.inside, STATE_NAME) },
    config: place("config"),
    secrets: place("secrets"),
    gate: place("gate"),
    temporary: place("temporary"),
    stage: join(folder, "stage"),
  };
}
