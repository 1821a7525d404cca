import { basename, dirname, join } from "node:path";
import type { WantedTask } from "./fleet.ts";

/** What stands in for the container image: the command it would run, and where that is. */
export interface Image {
  readonly argv: readonly [string, ...string[]];
}

export interface Program {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly graceSeconds: number;
  /** Where the container would see each of its volumes, by the volume's name. */
  readonly volumes: Readonly<Record<string, string>>;
}

/** As Fargate: 30 seconds between SIGTERM and SIGKILL, unless the task definition says otherwise. */
const GRACE_SECONDS = 30;

/** What a task runs: the image's command and the definition's, each replaced by what the task overrides. */
export function programOf({ task, definition }: WantedTask, image: Image): Program {
  const container = definition.containerDefinitions?.[0];
  const override = task.overrides?.containerOverrides?.find(({ name }) => name === container?.name);
  const command = override?.command ?? container?.command ?? [];
  const [first = image.argv[0], ...rest] = [...(container?.entryPoint ?? image.argv), ...command];
  const env = [...(container?.environment ?? []), ...(override?.environment ?? [])];
  const mounts = container?.mountPoints ?? [];
  return {
    argv: [first, ...rest],
    env: Object.fromEntries(env.map(({ name = "", value = "" }) => [name, value])),
    graceSeconds: container?.stopTimeout ?? GRACE_SECONDS,
    volumes: Object.fromEntries(
      mounts.map(({ sourceVolume = "", containerPath = "" }) => [sourceVolume, containerPath]),
    ),
  };
}

/**
 * All a task's process sees: a path to Node and the system's own programs, its own folder as home, and what the task says.
 * Nothing of the environment of this terminal, no AWS settings, no keys.
 */
export function environmentOf(program: Program, folder: string): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    HOME: folder,
    TMPDIR: join(folder, "tmp"),
    LANG: "C.UTF-8",
    NODE_ENV: "production",
    ...withVolumes(program, folder),
  };
}

/** A process has no mounts: a variable that names the place of a volume gets the folder that stands for it. */
function withVolumes({ env, volumes }: Program, folder: string): Record<string, string> {
  const places = new Map(Object.entries(volumes).map(([name, path]) => [path, join(folder, basename(name))]));
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, places.get(value) ?? value]));
}
