import { ECSClient } from "@aws-sdk/client-ecs";
import { LambdaClient } from "@aws-sdk/client-lambda";

export const REGION = "us-east-1";
export const ACCOUNT = "000000000000";

/** The emulator's own root user. Nothing here can reach a real account: every client is given an endpoint. */
export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" } as const;

export interface Clients {
  readonly ecs: ECSClient;
  readonly lambda: LambdaClient;
}

export function connect(endpoint: string): Clients {
  const config = { endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 3 };
  return { ecs: new ECSClient(config), lambda: new LambdaClient(config) };
}

/** The same for programs that read it from their environment. */
export const awsEnvironment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
});
