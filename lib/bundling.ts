import { OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";

/** What is bundled in the place of a package of the SDK. */
export const STAND_INS = {
  "@aws-sdk/credential-provider-node": "./lambdas/platform/tenancy/environment-credentials.ts",
  "@smithy/core/event-streams": "./lambdas/platform/services/no-event-streams.ts",
};

/**
 * How a function's code is made. CommonJS: an ES module that imports a built-in costs 40 ms at each cold start. The SDK goes
 * in, because the runtime's own is of a version nobody tested, without its chain of credential sources.
 */
export const BUNDLING = {
  format: OutputFormat.CJS,
  target: "node24",
  minify: true,
  mainFields: ["module", "main"],
  bundleAwsSDK: true,
  externalModules: [] as string[],
  esbuildArgs: Object.fromEntries(Object.entries(STAND_INS).map(([of, by]) => [`--alias:${of}`, by])),
};
