import { type App, CfnOutput, Duration } from "aws-cdk-lib";
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import { accept } from "../checks/accept.ts";
import type { Config } from "../config.ts";
import { makeAccessLog } from "../constructs/access-log.ts";
import type { Code } from "../constructs/code.ts";
import { DirectoryCode } from "../constructs/directory-code.ts";
import { TenantCode } from "../constructs/tenant-code.ts";
import type { AccessStack } from "./access.ts";
import { StageStack } from "./base.ts";
import type { DataStack } from "./data.ts";

interface RelayProps {
  readonly data: DataStack;
  readonly access: AccessStack;
}

const STAGE = "relay"; // also the path that CloudFront and the local proxy pass on

/** The WebSocket API that moves sealed frames between a browser and its agent, and stores none. */
export class RelayStack extends StageStack {
  readonly api: WebSocketApi;
  readonly managementUrl: string;
  readonly code: Code;
  /** Frames that were dropped: too large, to nobody, or by somebody who may not. */
  readonly framesRefused: IMetric;

  constructor(app: App, config: Config, { data, access }: RelayProps) {
    super(app, "relay", config);
    const authorizer = new DirectoryCode(this, "Authorizer", {
      config,
      data,
      entry: "lambdas/relay/authorizer.ts",
      description: "Relay: uses a one-time ticket up",
    });
    this.code = new TenantCode(this, "relay", {
      config,
      data,
      access,
      entry: "lambdas/relay/relay.ts",
      description: "Relay: connections and frames",
    });
    this.framesRefused = this.countRefusals();
    const integration = new WebSocketLambdaIntegration("Frames", this.code.function);
    this.api = new WebSocketApi(this, "Api", {
      description: `OCMT ${config.stage} relay`,
      connectRouteOptions: {
        integration,
        authorizer: new WebSocketLambdaAuthorizer("Ticket", authorizer.function, {
          identitySource: ["route.request.querystring.ticket"],
        }),
      },
      disconnectRouteOptions: { integration },
      defaultRouteOptions: { integration },
    });
    for (const route of ["$disconnect", "$default"]) {
      const child = this.api.node.findChild(`${route}-Route`);
      accept(
        child,
        "AwsSolutions-APIG4",
        "A WebSocket API asks its authorizer at $connect; other routes belong to that connection.",
      );
    }
    const stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: config.requestsPerSecond * 5, burstLimit: config.requestsPerSecond * 5 },
      accessLogSettings: makeAccessLog(this, "socket"),
    });
    this.managementUrl = config.endpoint
      ? `${config.endpoint}/_aws/execute-api/${this.api.apiId}/${STAGE}`
      : stage.callbackUrl;
    this.code.function.addEnvironment("RELAY_MANAGEMENT_URL", this.managementUrl);
    this.allowPosts(this.code);

    new CfnOutput(this, "RelayApiId", { value: this.api.apiId });
    new CfnOutput(this, "RelayStage", { value: STAGE });
  }

  /** In the words of the relay's own log (lambdas/relay/frames.ts). */
  private countRefusals(): IMetric {
    const filter = this.code.logs.addMetricFilter("FramesRefused", {
      filterPattern: FilterPattern.stringValue("$.event", "=", "relay.refused"),
      metricNamespace: `ocmt/${this.config.stage}`,
      metricName: "FramesRefused",
    });
    return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
  }

  /** To post to a connection, ask whether it lives, and cut it. */
  allowPosts(code: Code): void {
    const connections = `arn:aws:execute-api:${this.region}:${this.account}:${this.api.apiId}/${STAGE}`;
    code.allow(
      ["execute-api:ManageConnections"],
      ["POST", "GET", "DELETE"].map((method) => `${connections}/${method}/@connections/*`),
      { because: "A connection's name is made when it opens." },
    );
  }
}
