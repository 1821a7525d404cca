import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Outputs } from "../../../local/deploy/outputs.ts";
import { deployProduct } from "../../../local/deploy/product.ts";
import { foldersOf, makeFolders } from "../../../local/setup/folders.ts";
import { silent } from "../../../local/setup/progress.ts";

const outputs: Outputs = {
  ...{ HttpApiId: "a", RelayApiId: "b", RelayStage: "relay", ClusterName: "c", TaskStoppedFunctionName: "d" },
  ...{ WarmPoolFunctionName: "e", StateBucket: "s" },
};
const endpoint = "http://127.0.0.1:1";

/** With a CDK that can do nothing: what needs it fails, and names itself. */
describe("deploying to an emulator that holds this assembly", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "ocmt-deploy-"));
    await makeFolders(foldersOf(root, root));
    const files = {
      "node_modules/aws-cdk/bin/cdk": "process.exit(1)",
      "emulator/state/cloudformation.json": '{"stacks":["CDKToolkit"]}',
      "deployed.json": JSON.stringify({ assembly: "x", endpoint, outputs }),
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const deployTo = (isGiven: boolean, held = "x", at = endpoint) => {
    const lambda = { send: async () => ({ Tags: { "ocmt:assembly": held } }) } as unknown as LambdaClient; // only its tags are read
    const place = { root, folders: foldersOf(root, root), endpoint: at, isGiven, progress: silent, lambda };
    return deployProduct(place, Promise.resolve({ folder: root, hash: "x", fresh: false }));
  };

  it("does nothing where it is ours, and deploys where it holds another one or is another, whatever our own file says", async () => {
    expect(await deployTo(false)).toEqual(outputs);
    await expect(deployTo(false, "y")).rejects.toMatchObject({ message: "Deploying the CDK app failed." });
    const elsewhere = deployTo(false, "x", "http://127.0.0.1:2");
    await expect(elsewhere).rejects.toMatchObject({ message: "Deploying the CDK app failed." });
  });

  it("bootstraps it where somebody else started it: our folder knows nothing of it", async () => {
    await expect(deployTo(true)).rejects.toMatchObject({ message: "Bootstrapping the CDK failed." });
  });
});
