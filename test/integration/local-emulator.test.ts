import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateEmailIdentityCommand, SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CREDENTIALS, REGION } from "../../local/emulator/clients.ts";
import { type Emulator, startEmulator, stopLeftEmulator } from "../../local/emulator/emulator.ts";
import { ensureVenv, pythonOf } from "../../local/emulator/python.ts";
import { ROOT } from "../../local/options.ts";
import { listenOrigin } from "../../local/proxy/origin.ts";
import { type Folders, foldersOf, makeFolders } from "../../local/setup/folders.ts";
import { findFreePort } from "../../local/setup/ports.ts";

let folders: Folders;
let port: number;
let emulator: Emulator;

const config = (endpoint: string) => ({ endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 });

beforeAll(async () => {
  vi.stubEnv("AWS_PROFILE", "terminal");
  // Inside the checkout, as in life: its package.json must not decide how Lambdas are read.
  folders = foldersOf(ROOT, join(ROOT, ".local-test", "emulator"));
  await rm(folders.state, { recursive: true, force: true });
  await makeFolders(folders);
  await ensureVenv({ root: ROOT, venv: folders.venv, log: join(folders.logs, "install.log") });
  port = await findFreePort([4680, 4681, 4682]);
  emulator = await startEmulator(folders, port);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator.stop();
  await rm(folders.state, { recursive: true, force: true });
});

describe("the emulator", () => {
  it("enforces IAM: a key nobody made is refused", async () => {
    const stranger = {
      ...config(emulator.endpoint),
      credentials: { accessKeyId: "AKIASTRANGER00000000", secretAccessKey: "x" },
    };
    const asked = new KMSClient(stranger).send(new CreateKeyCommand({}));
    await expect(asked).rejects.toMatchObject({ name: "UnrecognizedClientException" });
  });

  it.runIf(process.platform === "linux")("listens on loopback and nowhere else", async () => {
    const lines = (await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")))).join("\n");
    const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
    const listening = [...lines.matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm)].filter(
      ([, , at]) => at === hexPort,
    );
    expect(listening.map(([, address]) => address)).toEqual(["0100007F"]);
  });

  it("runs Lambdas on this Node, as told by no terminal, against itself", async () => {
    const lambda = new LambdaClient(config(emulator.endpoint));
    const code = `export const handler = async () => { console.log("called"); return { version: process.version, endpoint: process.env.AWS_ENDPOINT_URL, profile: process.env.AWS_PROFILE ?? null }; };`;
    await createFunction(lambda, "which-node", code);
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: "which-node" }));
    expect(JSON.parse(Payload?.transformToString() ?? "")).toEqual({
      version: process.version,
      endpoint: emulator.endpoint,
      profile: null,
    });
  });

  it("has its data again after a stop and a start", async () => {
    const keyId = await writeThings(emulator.endpoint, "kept");
    await emulator.stop();
    emulator = await startEmulator(folders, port);
    await expectThings(emulator.endpoint, "kept", keyId);
  });

  it("has its data again when what started it was killed", async () => {
    await emulator.stop();
    const code = `
      import { startEmulator } from ${JSON.stringify(resolve(ROOT, "local/emulator/emulator.ts"))};
      const { endpoint } = await startEmulator(${JSON.stringify(folders)}, ${port});
      console.log("up", endpoint);
      setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(starter.stdout, "data");
    const keyId = await writeThings(emulator.endpoint, "rescued");
    starter.kill("SIGKILL");
    await once(starter, "exit");
    expect(await stopLeftEmulator(folders)).toBe(true);
    expect(await stopLeftEmulator(folders)).toBe(false);
    emulator = await startEmulator(folders, port);
    await expectThings(emulator.endpoint, "rescued", keyId);
  });

  it("is not mistaken for whatever else listens at its port", async () => {
    await expect(startEmulator(folders, port)).rejects.toMatchObject({ message: `Port ${port} is in use.` });
  });

  it("keeps mail, which the mailbox of the origin shows", async () => {
    const ses = new SESv2Client(config(emulator.endpoint));
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: "no-reply@ocmt.test" }));
    const body = { Text: { Data: "Open http://127.0.0.1:1/link#abc" } };
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: "no-reply@ocmt.test",
        Destination: { ToAddresses: ["ann@example.com"] },
        Content: { Simple: { Subject: { Data: "Sign in" }, Body: body } },
      }),
    );
    const origin = await listenOrigin(0);
    const behind = { httpApiId: "x", relayApiId: "x", relayStage: "relay", webRoot: ROOT, objects: "" };
    origin.open({ endpoint: emulator.endpoint, ...behind });
    const { messages } = await (await fetch(`${origin.url}/mailbox/messages`)).json();
    await origin.close();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ to: ["ann@example.com"], subject: "Sign in", text: body.Text.Data });
    expect(Math.abs(Date.parse(messages[0].sentAt) - Date.now())).toBeLessThan(60_000);
  });
});

/** A row, an object and a key, under one name. */
async function writeThings(endpoint: string, name: string): Promise<string> {
  const dynamo = new DynamoDBClient(config(endpoint));
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  await dynamo.send(new PutItemCommand({ TableName: name, Item: { pk: { S: name } } }));
  const s3 = new S3Client({ ...config(endpoint), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: `bucket-${name}` }));
  await s3.send(new PutObjectCommand({ Bucket: `bucket-${name}`, Key: "a", Body: name }));
  const key = await new KMSClient(config(endpoint)).send(
    new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
  );
  return key.KeyMetadata?.KeyId ?? "";
}

async function expectThings(endpoint: string, name: string, keyId: string): Promise<void> {
  const dynamo = new DynamoDBClient(config(endpoint));
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: name, Key: { pk: { S: name } } }));
  expect(Item?.["pk"]?.S).toBe(name);
  const s3 = new S3Client({ ...config(endpoint), forcePathStyle: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: `bucket-${name}`, Key: "a" }));
  expect(await Body?.transformToString()).toBe(name);
  const { PublicKey } = await new KMSClient(config(endpoint)).send(new GetPublicKeyCommand({ KeyId: keyId }));
  expect(PublicKey?.length).toBeGreaterThan(60);
}

async function createFunction(lambda: LambdaClient, name: string, code: string): Promise<void> {
  const zip = join(folders.emulator, `${name}.zip`);
  await writeFile(join(folders.emulator, "index.mjs"), code);
  const argv = ["-m", "zipfile", "-c", zip, "index.mjs"];
  await promisify(execFile)(pythonOf(folders.venv), argv, { cwd: folders.emulator });
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const { Role } = await new IAMClient(config(emulator.endpoint)).send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    }),
  );
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: Role?.Arn,
      Code: { ZipFile: await readFile(zip) },
    }),
  );
}
