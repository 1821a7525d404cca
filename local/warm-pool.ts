import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";

/** Asks the platform's own warm-pool job for `want` unassigned tasks; it starts those that are missing. */
export async function fillWarmPool(lambda: LambdaClient, functionName: string, want: number): Promise<void> {
  const Payload = JSON.stringify({ size: "small", want });
  const reply = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload }));
  if (reply.FunctionError) throw new Error(`the warm-pool job failed: ${reply.Payload?.transformToString()}`);
}
