import { type App, CfnOutput, Duration } from "aws-cdk-lib";
import { type CfnStage, HttpApi, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { contracts, type Domain } from "#shared/contracts/index.ts";
import type { Config } from "../config.ts";
import { makeAccessLog } from "../constructs/access-log.ts";
import { DirectoryCode } from "../constructs/directory-code.ts";
import { DomainApi } from "../constructs/domain-api.ts";
import type { AccessStack } from "./access.ts";
import { StageStack } from "./base.ts";
import type { DataStack } from "./data.ts";
import type { IdentityStack } from "./identity.ts";
import type { RelayStack } from "./relay.ts";
import type { WorkflowsStack } from "./workflows.ts";

interface ApiProps {
  readonly data: DataStack;
  readonly access: AccessStack;
  readonly identity: IdentityStack;
  readonly relay: RelayStack;
  readonly workflows: WorkflowsStack;
}

/** The HTTP API: what the contracts name, each domain in its own function, everything but public routes behind one authorizer. */
export class ApiStack extends StageStack {
  readonly api: HttpApi;
  readonly domains: Readonly<Record<Domain, DomainApi>>;

  constructor(app: App, config: Config, props: ApiProps) {
    super(app, "api", config);
    this.api = new HttpApi(this, "Api", { description: `OCMT ${config.stage}`, createDefaultStage: false });
    const authorizer = new HttpLambdaAuthorizer("Authorizer", this.makeAuthorizer(props).function, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ["$request.header.Authorization"],
      resultsCacheTtl: Duration.seconds(config.authorizerCacheSeconds),
    });
    const names = Object.keys(contracts) as Domain[]; // Object.keys of a literal
    const environment = this.environmentOf(props);
    this.domains = Object.fromEntries(
      names.map((name) => [
        name,
        new DomainApi(this, name, {
          config,
          data: props.data,
          access: props.access,
          api: this.api,
          authorizer,
          environment: environment[name],
        }),
      ]),
    ) as Record<Domain, DomainApi>; // one entry for each name
    this.allowEach(props);
    this.addStage();
    new CfnOutput(this, "HttpApiId", { value: this.api.apiId });
  }

  /** Beside what every domain has. */
  private environmentOf({ identity, relay, workflows }: ApiProps): Record<Domain, Record<string, string>> {
    const tokens = { TOKEN_KEY_ID: identity.tokenKey.keyId };
    const mail = { MAIL_FROM: this.config.mailFrom };
    const pool = { USER_POOL_ID: identity.pool.userPoolId, USER_POOL_CLIENT_ID: identity.client.userPoolClientId };
    const lifecycle = { LIFECYCLE_ARN: workflows.lifecycle.stateMachineArn, RELAY_MANAGEMENT_URL: relay.managementUrl };
    return {
      identity: { ...tokens, ...mail, ...pool, LINKS_PER_ADDRESS: String(this.config.linksPerAddress) },
      tenants: { ...mail },
      keyring: {},
      vault: {},
      shares: {},
      enrolments: { ...mail },
      recovery: { ...mail, RECOVERY_DELAY_SECONDS: String(this.config.recoveryDelaySeconds) },
      agents: { ...lifecycle },
      tasks: { ...tokens, ...lifecycle },
      chat: { ...lifecycle },
      grants: { RELAY_MANAGEMENT_URL: relay.managementUrl },
    };
  }

  /** What a domain may do outside the tables: each right in a line. */
  private allowEach({ identity, relay, workflows }: ApiProps): void {
    const { domains } = this;
    const tokenKey = [identity.tokenKey.keyArn];
    const lifecycle = [workflows.lifecycle.stateMachineArn];
    const mail = this.config.has("resourceOfMail") ? [identity.sender.emailIdentityArn] : ["*"];
    const tokens = this.config.has("resourceOfTaskToken") ? lifecycle : ["*"];
    const because = "The emulator asks for this on no resource.";
    const signIn = [
      "cognito-idp:AdminCreateUser",
      "cognito-idp:AdminInitiateAuth",
      "cognito-idp:AdminRespondToAuthChallenge",
    ];

    for (const domain of [domains.identity, domains.tasks]) domain.allow(["kms:Sign", "kms:GetPublicKey"], tokenKey);
    for (const domain of [domains.identity, domains.tenants, domains.recovery, domains.enrolments])
      domain.allow(["ses:SendEmail"], mail, { because });
    domains.identity.allow(signIn, [identity.pool.userPoolArn]);
    for (const domain of [domains.agents, domains.chat, domains.tasks])
      domain.allow(["states:StartExecution"], lifecycle);
    domains.tasks.allow(["states:SendTaskSuccess", "states:SendTaskFailure"], tokens, { because });
    for (const domain of [domains.agents, domains.tasks, domains.chat, domains.grants]) relay.allowPosts(domain);
  }

  private makeAuthorizer({ data, identity }: ApiProps): DirectoryCode {
    const code = new DirectoryCode(this, "AuthorizerCode", {
      config: this.config,
      data,
      directory: "touch",
      entry: "lambdas/authorizer/api.ts",
      description: "HTTP API: who is asking",
      timeout: Duration.seconds(5),
      environment: { TOKEN_KEY_ID: identity.tokenKey.keyId },
    });
    code.allow(["kms:GetPublicKey"], [identity.tokenKey.keyArn]);
    return code;
  }

  private addStage(): void {
    const rate = this.config.requestsPerSecond;
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: rate, burstLimit: rate },
      accessLogSettings: makeAccessLog(this, "http"),
    });
    const anyone = Object.values(contracts)
      .flatMap((contract) => Object.values(contract))
      .filter(({ access }) => access === "public");
    const slower = { ThrottlingRateLimit: rate / 4, ThrottlingBurstLimit: rate / 4 }; // nobody has said who they are
    const cfn = stage.node.defaultChild as CfnStage; // an HttpStage is made of exactly this
    cfn.routeSettings = Object.fromEntries(anyone.map(({ method, path }) => [`${method} ${path}`, slower]));
    cfn.node.addDependency(this.api); // the settings name routes, which must be there first
  }
}
