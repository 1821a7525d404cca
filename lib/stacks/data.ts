import { type App, CfnOutput, Duration } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  HttpMethods,
  type IBucket,
  ObjectLockRetention,
} from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { accept } from "../checks/accept.ts";
import type { Config } from "../config.ts";
import { StageStack } from "./base.ts";

const KEY = {
  partitionKey: { name: "pk", type: AttributeType.STRING },
  sortKey: { name: "sk", type: AttributeType.STRING },
};

/** Everything that outlives a deployment, and nothing else. */
export class DataStack extends StageStack {
  readonly key: Key;
  readonly table: TableV2;
  readonly directory: TableV2;
  readonly state: Bucket;
  readonly accessLogs: Bucket;
  readonly operators: Topic; // where alarms go

  constructor(app: App, config: Config) {
    super(app, "data", config);
    this.key = new Key(this, "Key", {
      description: `OCMT ${config.stage}: tables and buckets`,
      enableKeyRotation: true,
      removalPolicy: this.removal,
    });

    this.table = this.makeTable("Table", [
      index("by-tenant", "gsiPk", "gsiSk", ProjectionType.ALL), // every gsiPk starts with the tenant
      index("due", "dueShard", "dueAt", ProjectionType.KEYS_ONLY), // what falls due, over all tenants: names only
    ]);
    this.directory = this.makeTable("Directory", []);

    this.accessLogs = this.makeBucket("AccessLogs", {
      encryption: BucketEncryption.S3_MANAGED, // the log service cannot use a key of ours
      lifecycleRules: [{ expiration: Duration.days(config.logDays) }],
    });
    const logged = { serverAccessLogsBucket: this.accessLogs as IBucket }; // it is one; the CDK's own types miss it by an optional property
    this.state = this.makeBucket("State", {
      ...logged,
      serverAccessLogsPrefix: "state/",
      bucketKeyEnabled: false, // with it, all tenants' objects would have one context for the key
      versioned: true,
      lifecycleRules: [
        {
          // a day in which a mistake can be undone; each save has a name of its own, so all of them would pile up here
          noncurrentVersionExpiration: Duration.days(1),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      cors: [
        {
          // a browser puts and reads sealed files at signed addresses
          allowedOrigins: [config.origin],
          allowedMethods: [HttpMethods.GET, HttpMethods.PUT],
          allowedHeaders: ["if-none-match"],
          maxAge: 3600,
        },
      ],
    });
    this.makeBucket("Backups", { ...logged, serverAccessLogsPrefix: "backups/", versioned: true });
    this.makeBucket("Audit", {
      ...logged,
      serverAccessLogsPrefix: "audit/",
      versioned: true,
      objectLockEnabled: true,
      ...(config.keepsData ? { objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(365)) } : {}),
    });

    this.operators = new Topic(this, "Operators", { enforceSSL: true, masterKey: this.key });
    this.key.grantEncryptDecrypt(new ServicePrincipal("cloudwatch.amazonaws.com"));
    if (config.alarmMail) this.operators.addSubscription(new EmailSubscription(config.alarmMail));

    new CfnOutput(this, "TableName", { value: this.table.tableName });
    new CfnOutput(this, "DirectoryName", { value: this.directory.tableName });
    new CfnOutput(this, "StateBucket", { value: this.state.bucketName });
  }

  private makeTable(id: string, globalSecondaryIndexes: ReturnType<typeof index>[]): TableV2 {
    return new TableV2(this, id, {
      ...KEY,
      billing: Billing.onDemand(),
      timeToLiveAttribute: "ttlSeconds",
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.customerManagedKey(this.key),
      deletionProtection: this.config.keepsData,
      removalPolicy: this.removal,
      globalSecondaryIndexes,
    });
  }

  private makeBucket(id: string, props: BucketProps): Bucket {
    const bucket = new Bucket(this, id, {
      encryption: BucketEncryption.KMS,
      ...(props.encryption ? {} : { encryptionKey: this.key, bucketKeyEnabled: true }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: this.config.has("tls"),
      removalPolicy: this.removal,
      ...props,
    });
    if (!this.config.has("tls")) accept(bucket, "AwsSolutions-S10", "Nothing but loopback leads to the emulator.");
    return bucket;
  }
}

function index(indexName: string, pk: string, sk: string, projectionType: ProjectionType) {
  return {
    indexName,
    partitionKey: { name: pk, type: AttributeType.STRING },
    sortKey: { name: sk, type: AttributeType.STRING },
    projectionType,
  };
}
