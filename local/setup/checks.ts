import { existsSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "./start-error.ts";

/** What must be so before anything is started. */
export function checkMachine(root: string, version = process.versions.node): void {
  if (Number(version.split(".")[0]) < 26)
    throw new StartError(`Node 26 is needed and this is Node ${version}.`, {
      hint: "It comes with `npm ci`; start through npm, which puts it first: npm start",
    });
  if (process.platform === "win32")
    throw new StartError("Windows is not supported directly.", { hint: "Run it in WSL: wsl --install" });
  if (!existsSync(join(root, "node_modules", "aws-cdk")))
    throw new StartError("The packages are not installed.", { hint: "Install them with: npm ci" });
}
