import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, LoggingFormat, Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { BUNDLING } from "../bundling.ts";
import { acceptWildcards } from "../checks/accept.ts";
import type { Config } from "../config.ts";

export interface CodeProps {
  readonly config: Config;
  readonly entry: `lambdas/${string}.ts`; // exports `handler`
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly role?: Role; // given where another role trusts it
  readonly timeout?: Duration;
  readonly memoryMib?: number;
  readonly deadLetters?: IQueue;
}

export interface AllowOptions {
  readonly when?: Record<string, unknown>;
  readonly because?: string;
}

const API_TIMEOUT = Duration.seconds(10); // API Gateway waits 29 s, an SDK call at most 5
export const STEP_TIMEOUT = Duration.seconds(30);

/** One function with one role, whose every right is listed where the function is declared. */
export class Code extends Construct {
  readonly function: NodejsFunction;
  readonly logs: LogGroup;
  readonly #policy: Policy;

  constructor(scope: Construct, id: string, props: CodeProps) {
    super(scope, id);
    const { config } = props;
    const role = props.role ?? makeFunctionRole(this, "Role", props.description);
    this.logs = new LogGroup(this, "Logs", {
      retention: config.logDays,
      removalPolicy: config.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.#policy = new Policy(this, "Rights", { roles: [role] });
    this.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [this.logs.logGroupArn]);
    if (props.deadLetters) this.allow(["sqs:SendMessage"], [props.deadLetters.queueArn]);

    this.function = new NodejsFunction(this, "Function", {
      entry: props.entry,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMib ?? 512,
      timeout: props.timeout ?? API_TIMEOUT,
      loggingFormat: LoggingFormat.JSON,
      logGroup: this.logs,
      role: role.withoutPolicyUpdates(), // the CDK adds no right of its own
      environment: { STAGE: config.stage, ...props.environment },
      ...(props.deadLetters ? { deadLetterQueue: props.deadLetters } : {}),
      bundling: BUNDLING,
    });
    this.function.node.addDependency(this.#policy);
  }

  /** Each right by name. Where a resource can only be told by a pattern, `because` says why. */
  allow(actions: readonly string[], resources: readonly string[], { when = {}, because }: AllowOptions = {}): void {
    this.#policy.addStatements(
      new PolicyStatement({ actions: [...actions], resources: [...resources], conditions: when }),
    );
    if (because) acceptWildcards(this.#policy, resources, because);
  }
}

export function makeFunctionRole(scope: Construct, id: string, description: string): Role {
  return new Role(scope, id, { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), description });
}
