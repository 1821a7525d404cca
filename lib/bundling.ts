import { OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";

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
  esbuildArgs: { "--alias:@aws-sdk/credential-provider-node": "./lambdas/platform/tenancy/environment-credentials.ts" },
};
