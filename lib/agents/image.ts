import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets";
import { ContainerImage } from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";
import type { Config } from "../config.ts";

const UNBUILT = `sha256:${"0".repeat(64)}`; // a local task is a process of this checkout, not a container

/**
 * What an agent's task runs. In AWS the image is built from this repository and kept under the hash of everything that went
 * into it, in a repository whose tags cannot be moved; that hash is what launch statements name. Without Docker the local task
 * runner starts the same program as a process, and the statement names the digest it was given.
 */
export function agentImage(scope: Construct, config: Config): { image: ContainerImage; digest: string } {
  if (!config.has("imageBuild")) {
    const digest = config.imageDigest ?? UNBUILT;
    return { image: ContainerImage.fromRegistry(`public.ecr.aws/ocmt/agent@${digest}`), digest };
  }
  const asset = new DockerImageAsset(scope, "Image", {
    directory: ".",
    file: "agent/Dockerfile",
    platform: Platform.LINUX_ARM64,
    ...(config.nodeImage ? { buildArgs: { NODE_IMAGE: config.nodeImage } } : {}), // without, which prod is refused, the build stops
    exclude: [
      "*",
      "!agent",
      "!shared",
      "!frontend",
      "frontend/*",
      "!frontend/package.json",
      "!package.json",
      "!package-lock.json",
      "!.npmrc",
      "**/node_modules",
      "**/dist",
    ],
  });
  return { image: ContainerImage.fromDockerImageAsset(asset), digest: `sha256:${asset.assetHash}` };
}
