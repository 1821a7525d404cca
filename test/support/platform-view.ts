import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateDescribeLogStreams,
  paginateGetLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, paginateListTables, paginateScan } from "@aws-sdk/client-dynamodb";
import { LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListBucketsCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import {
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  SFNClient,
} from "@aws-sdk/client-sfn";

/** One thing the platform can read: where it was found, and its bytes. */
export interface Seen {
  readonly where: string;
  readonly bytes: Buffer;
}

/**
 * Everything the operator of the platform can read, without breaking in: every row of every table, every object, every log line,
 * the environment of every function, the input and history of every execution. For the search for sentinels.
 */
export async function* platformView(endpoint: string): AsyncGenerator<Seen> {
  const config = asOperator(endpoint);
  yield* tableRows(new DynamoDBClient(config));
  yield* objects(new S3Client({ ...config, forcePathStyle: true }));
  yield* logLines(endpoint);
  yield* environments(new LambdaClient(config));
  yield* executions(new SFNClient(config));
}

export const asOperator = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

const seen = (where: string, value: unknown): Seen => ({
  where,
  bytes: Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value) ?? ""),
});

async function* tableRows(client: DynamoDBClient): AsyncGenerator<Seen> {
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    for (const TableName of TableNames) {
      for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
        for (const item of Items) yield seen(`table ${TableName} ${item["pk"]?.S} ${item["sk"]?.S}`, item);
      }
    }
  }
}

async function* objects(client: S3Client): AsyncGenerator<Seen> {
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  for (const { Name: Bucket } of Buckets) {
    if (!Bucket || isOurOwnCode(Bucket)) continue;
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
      for (const { Key } of Contents) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        yield seen(`object ${Bucket}/${Key}`, Buffer.from((await Body?.transformToByteArray()) ?? []));
      }
    }
  }
}

/** The CDK's bucket holds bundles and templates: what we deployed, nothing a person typed. */
export const isOurOwnCode = (bucket: string): boolean => bucket.startsWith("cdk-");

/**
 * The lines of every log group, or of those alone whose name has this part. Stream by stream: the emulator's search through a whole
 * group ends after 10,000 lines and does not say so.
 */
export async function* logLines(endpoint: string, part?: string): AsyncGenerator<Seen> {
  const client = new CloudWatchLogsClient(asOperator(endpoint));
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePattern: part })) {
    for (const { logGroupName = "" } of logGroups) {
      for await (const { logStreams = [] } of paginateDescribeLogStreams({ client }, { logGroupName })) {
        for (const { logStreamName } of logStreams) yield* linesOf(client, { logGroupName, logStreamName });
      }
    }
  }
}

async function* linesOf(
  client: CloudWatchLogsClient,
  stream: { logGroupName: string; logStreamName: string | undefined },
): AsyncGenerator<Seen> {
  const fromHead = { ...stream, startFromHead: true };
  for await (const { events = [] } of paginateGetLogEvents({ client, stopOnSameToken: true }, fromHead))
    for (const { message } of events) yield seen(`log ${stream.logGroupName}`, message);
}

async function* environments(client: LambdaClient): AsyncGenerator<Seen> {
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName, Environment } of Functions) yield seen(`environment ${FunctionName}`, Environment);
  }
}

async function* executions(client: SFNClient): AsyncGenerator<Seen> {
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
    for (const { stateMachineArn } of stateMachines) {
      for await (const page of paginateListExecutions({ client }, { stateMachineArn })) {
        for (const { executionArn } of page.executions ?? []) {
          for await (const { events } of paginateGetExecutionHistory({ client }, { executionArn })) {
            yield seen(`execution ${executionArn}`, events);
          }
        }
      }
    }
  }
}
