import { type App, CfnOutput, Duration } from "aws-cdk-lib";
import { AccountRecovery, FeaturePlan, UserPool, type UserPoolClient } from "aws-cdk-lib/aws-cognito";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { EmailIdentity, Identity } from "aws-cdk-lib/aws-ses";
import { accept } from "../checks/accept.ts";
import type { Config } from "../config.ts";
import { DirectoryCode } from "../constructs/directory-code.ts";
import { makeSigningKey } from "../constructs/signing-key.ts";
import type { AccessStack } from "./access.ts";
import { StageStack } from "./base.ts";
import type { DataStack } from "./data.ts";

interface IdentityProps {
  readonly data: DataStack;
  readonly access: AccessStack;
}

/** Cognito proves who someone is. Sessions and access tokens are ours, signed by the key that lives here. */
export class IdentityStack extends StageStack {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly tokenKey: Key;
  readonly sender: EmailIdentity;

  constructor(app: App, config: Config, { data, access }: IdentityProps) {
    super(app, "identity", config);
    this.tokenKey = makeSigningKey(this, "TokenKey", {
      description: `OCMT ${config.stage}: access and service tokens`,
      signers: [access.roleOf("identity"), access.roleOf("tasks")],
      removalPolicy: this.removal,
    });

    this.pool = new UserPool(this, "Pool", {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false, // the identity domain makes the user when a link is redeemed
      signInAliases: { username: true }, // a user's id; one address may be asked for by anyone
      signInCaseSensitive: true,
      accountRecovery: AccountRecovery.NONE,
      // no password is ever set or asked; the policy is for one that an operator might set by hand
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      lambdaTriggers: {
        defineAuthChallenge: this.makeTrigger("define-challenge", data, "read"),
        createAuthChallenge: this.makeTrigger("create-challenge", data, "read"),
        verifyAuthChallengeResponse: this.makeTrigger("verify-challenge", data, "change"), // uses the link up
      },
      deletionProtection: config.keepsData,
      removalPolicy: this.removal,
    });
    accept(this.pool, "AwsSolutions-COG8", "The Plus plan watches passwords, and there are none.");
    accept(
      this.pool,
      "AwsSolutions-COG2",
      "A second factor of the pool would guard a password; a link is proof of the mailbox.",
    );
    this.client = this.pool.addClient("Web", {
      authFlows: { custom: true },
      generateSecret: false,
      preventUserExistenceErrors: true,
      disableOAuth: true,
      accessTokenValidity: Duration.minutes(5), // used once, to open a session of ours
      idTokenValidity: Duration.minutes(5),
      refreshTokenValidity: Duration.hours(1),
      authSessionValidity: Duration.minutes(3),
    });
    this.sender = new EmailIdentity(this, "Sender", { identity: senderOf(config) });
    new CfnOutput(this, "UserPoolId", { value: this.pool.userPoolId });
    new CfnOutput(this, "UserPoolClientId", { value: this.client.userPoolClientId });
  }

  private makeTrigger(name: `${string}-challenge`, data: DataStack, directory: "read" | "change"): IFunction {
    const code = new DirectoryCode(this, name, {
      config: this.config,
      data,
      directory,
      entry: `lambdas/identity/${name}.trigger.ts`,
      description: `Cognito custom authentication: ${name}`,
      timeout: Duration.seconds(5), // Cognito waits no longer
    });
    return code.function;
  }
}

/** The sender's domain, to be verified by its DNS records; on one machine the address itself. */
const senderOf = ({ mailFrom, emulated }: Config): Identity =>
  emulated ? Identity.email(mailFrom) : Identity.domain(mailFrom.slice(mailFrom.indexOf("@") + 1));
