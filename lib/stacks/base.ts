import { type App, CliCredentialsStackSynthesizer, Fn, RemovalPolicy, Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Config } from "../config.ts";

export const EDGE = "us-east-1"; // where CloudFront's firewall and certificate must be
const LOCAL_ACCOUNT = "000000000000";

/** A stack of one stage. The account is the deployer's own; only the region is fixed, so no synthesis looks anything up. */
export class StageStack extends Stack {
  readonly config: Config;

  constructor(app: App, name: string, config: Config, region = config.region) {
    super(app, `ocmt-${config.stage}-${name}`, {
      env: config.emulated ? { region, account: LOCAL_ACCOUNT } : { region },
      description: `OCMT ${config.stage}: ${name}`,
      crossRegionReferences: config.region !== EDGE,
      ...synthesizerOf(config),
    });
    this.config = config;
    Tags.of(this).add("ocmt:stage", config.stage);
    Tags.of(this).add("ocmt:part", name); // cost allocation
  }

  /** The region's first two, found when it is deployed and not looked up before. */
  override get availabilityZones(): string[] {
    return [0, 1].map((at) => Fn.select(at, Fn.getAzs()));
  }

  /** What becomes of something stateful when it leaves the template. */
  get removal(): RemovalPolicy {
    return this.config.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  }
}

/** The emulator refuses the roles that `cdk bootstrap` makes: there the deployer's own credentials are used. */
function synthesizerOf(config: Config): Pick<StackProps, "synthesizer"> {
  if (!config.emulated) return {};
  return { synthesizer: new CliCredentialsStackSynthesizer() } as Pick<StackProps, "synthesizer">; // it is one; the CDK's own types miss it by an optional property
}
