import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { DeleteObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { asOperator, isOurOwnCode } from "./platform-view.ts";

const NAME = "planted-sentinel";
const LINES = 10_000; // what one reading of a stream gives: the sentinel stands behind them

type Uproot = () => Promise<unknown>;

/** Puts a text in each of the operator's places that no person's request reaches. @returns what takes it out again */
export async function plantSentinel(endpoint: string, sentinel: string): Promise<() => Promise<void>> {
  const config = asOperator(endpoint);
  const lambda = new LambdaClient(config);
  const { Functions: [some] = [] } = await lambda.send(new ListFunctionsCommand({}));
  const role = some?.Role ?? "";
  const planted = await Promise.all([
    plantObject(new S3Client({ ...config, forcePathStyle: true }), sentinel),
    plantLine(new CloudWatchLogsClient(config), sentinel),
    plantEnvironment(lambda, role, sentinel),
    plantExecution(new SFNClient(config), role, sentinel),
  ]);
  return async () => void (await Promise.all(planted.map((uproot) => uproot())));
}

async function plantObject(client: S3Client, Body: string): Promise<Uproot> {
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  const at = { Bucket: Buckets.find(({ Name = "" }) => !isOurOwnCode(Name))?.Name, Key: NAME };
  await client.send(new PutObjectCommand({ ...at, Body }));
  return () => client.send(new DeleteObjectCommand(at));
}

async function plantLine(client: CloudWatchLogsClient, message: string): Promise<Uproot> {
  const { logGroups: [group] = [] } = await client.send(new DescribeLogGroupsCommand({}));
  const at = { logGroupName: group?.logGroupName, logStreamName: NAME };
  await client.send(new CreateLogStreamCommand(at));
  const timestamp = Date.now();
  const before = Array.from({ length: LINES }, () => ({ timestamp, message: "a line" }));
  for (const logEvents of [before, [{ timestamp, message }]])
    await client.send(new PutLogEventsCommand({ ...at, logEvents }));
  return () => client.send(new DeleteLogStreamCommand(at));
}

/** Of a function that is never called. */
async function plantEnvironment(client: LambdaClient, Role: string, planted: string): Promise<Uproot> {
  const ZipFile = Buffer.from("504b0506".padEnd(44, "0"), "hex"); // a zip with nothing in it
  const code = { Runtime: "nodejs24.x", Handler: "index.handler", Code: { ZipFile } } as const;
  const Environment = { Variables: { PLANTED: planted } };
  await client.send(new CreateFunctionCommand({ FunctionName: NAME, Role, ...code, Environment }));
  return () => client.send(new DeleteFunctionCommand({ FunctionName: NAME }));
}

async function plantExecution(client: SFNClient, roleArn: string, planted: string): Promise<Uproot> {
  const definition = JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } });
  const { stateMachineArn } = await client.send(new CreateStateMachineCommand({ name: NAME, definition, roleArn }));
  await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ planted }) }));
  return () => client.send(new DeleteStateMachineCommand({ stateMachineArn }));
}
