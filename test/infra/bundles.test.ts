import { readdirSync } from "node:fs";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { contracts } from "#shared/contracts/index.ts";
import { BUNDLING, STAND_INS } from "../../lib/bundling.ts";

const KB = 1024;
const DEFAULT_KB = 500;
/**
 * identity: mail, the user pool and the signing key are three SDK clients more than others have · tasks: S3 with its presigner,
 * the signing key, the state machine and the relay are four · vault: S3 with its presigner, beside the rules of chains and manifests ·
 * recovery, enrolments: mail, and checking a signature. What that weighs is in docs/decisions.md.
 */
const ALLOWED_KB: Record<string, number> = { identity: 580, tasks: 640, vault: 625, recovery: 520, enrolments: 510 };

async function bundle(entryPoint: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: BUNDLING.target,
    minify: BUNDLING.minify,
    mainFields: BUNDLING.mainFields,
    alias: STAND_INS,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

describe("the code that is deployed", () => {
  it.each(Object.keys(contracts))(
    "P2 is small for the %s domain, and asks nobody but its environment who it is",
    async (domain) => {
      const code = await bundle(`lambdas/${domain}/api.ts`);
      expect(Math.ceil(code.length / KB)).toBeLessThanOrEqual(ALLOWED_KB[domain] ?? DEFAULT_KB);
      expect(code).not.toContain("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
      expect(code).toContain("credentials: none in the environment");
    },
  );

  it("has no folder of a domain without a contract that serves routes", () => {
    const serving = readdirSync("lambdas").filter((name) => readdirSync(`lambdas/${name}`).includes("api.ts"));
    expect(serving.filter((name) => name !== "authorizer").sort()).toEqual(Object.keys(contracts).sort());
  });
});
