import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Where things are kept. `venv` and `assemblies` hold no data: the checkout has one of each, and `--reset` leaves them. */
export interface Folders {
  readonly state: string;
  readonly venv: string;
  readonly assemblies: string;
  readonly emulator: string;
  readonly tasks: string;
  readonly logs: string;
}

export function foldersOf(root: string, stateDir: string): Folders {
  return {
    state: stateDir,
    venv: join(root, ".local", "venv"),
    assemblies: join(root, ".local", "assemblies"),
    emulator: join(stateDir, "emulator"),
    tasks: join(stateDir, "tasks"),
    logs: join(stateDir, "logs"),
  };
}

/** An agent's user may pass through to its own folder and read nothing on the way, least of all the emulator's keys. */
export async function makeFolders(folders: Folders): Promise<void> {
  for (const path of [folders.state, folders.tasks]) await makeFolder(path, 0o711);
  for (const path of [folders.emulator, folders.logs]) await makeFolder(path, 0o700);
}

export async function eraseData(folders: Folders): Promise<void> {
  for (const path of [folders.emulator, folders.tasks, folders.logs, join(folders.state, "deployed.json")])
    await rm(path, { recursive: true, force: true });
}

async function makeFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
}
