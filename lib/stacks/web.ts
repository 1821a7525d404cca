import { type App, CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { webHeaders } from "#shared/web-headers.ts";
import { accept } from "../checks/accept.ts";
import type { Config } from "../config.ts";
import { makeFirewall } from "../edge/firewall.ts";
import { apiBehaviours, gatewayOrigin, socketBehaviour } from "../edge/gateway.ts";
import { pageFunction } from "../edge/pages.ts";
import type { ApiStack } from "./api.ts";
import { EDGE, StageStack } from "./base.ts";
import type { DataStack } from "./data.ts";
import type { RelayStack } from "./relay.ts";

const { CachePolicy, ViewerProtocolPolicy } = cloudfront;

interface WebProps {
  readonly data: DataStack;
  readonly api: ApiStack;
  readonly relay: RelayStack;
}

/** One origin for the web app, the API and the relay, so that there is no CORS. The bundle can be built again at any time. */
export class WebStack extends StageStack {
  readonly distribution: cloudfront.Distribution;

  constructor(app: App, config: Config, { data, api, relay }: WebProps) {
    super(app, "web", config, EDGE);
    const gateway = (id: string) => gatewayOrigin(id, config.region);
    const logs = this.makeBucket("Logs", {
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED, // CloudFront delivers its logs by an access list
      lifecycleRules: [{ expiration: Duration.days(config.logDays) }],
    });
    const site = this.makeBucket("Site", {
      versioned: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: "site/",
    });
    const pages = {
      origin: S3BucketOrigin.withOriginAccessControl(site),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.makeHeaders(`https://s3.${config.region}.amazonaws.com/${data.state.bucketName}/`),
      compress: true,
    };
    this.distribution = new cloudfront.Distribution(this, "Distribution", {
      comment: `OCMT ${config.stage}`,
      defaultRootObject: "index.html",
      defaultBehavior: {
        ...pages,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        functionAssociations: [pageFunction(this)],
      },
      additionalBehaviors: {
        ...apiBehaviours(this, gateway(api.api.apiId)),
        "/relay": socketBehaviour(gateway(relay.api.apiId)),
      },
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      webAclId: makeFirewall(this).attrArn,
      enableLogging: true,
      logBucket: logs,
      logFilePrefix: "distribution/",
      logIncludesCookies: false,
      ...(config.certificate ? this.ownName(config.certificate) : {}),
    });
    accept(
      this.distribution,
      "AwsSolutions-CFR1",
      "People may use it from anywhere; an operator who knows better adds the restriction.",
    );
    if (!config.certificate) {
      accept(
        this.distribution,
        "AwsSolutions-CFR4",
        "Only without a certificate: then CloudFront's own name has CloudFront's own policy.",
      );
    }
    new CfnOutput(this, "SiteBucket", { value: site.bucketName });
    new CfnOutput(this, "DistributionId", { value: this.distribution.distributionId });
    new CfnOutput(this, "DistributionDomain", { value: this.distribution.distributionDomainName });
  }

  /** The site's name, by a certificate of the operator; without one CloudFront's own name and certificate are used. */
  private ownName(certificate: string) {
    return {
      domainNames: [new URL(this.config.origin).hostname],
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificate),
    };
  }

  private makeHeaders(objects: string): cloudfront.ResponseHeadersPolicy {
    const { "content-security-policy": contentSecurityPolicy, ...rest } = webHeaders(objects);
    const {
      "strict-transport-security": _hsts,
      "x-content-type-options": _type,
      "x-frame-options": _frame,
      "referrer-policy": _referrer,
      ...custom
    } = rest;
    return new cloudfront.ResponseHeadersPolicy(this, "Headers", {
      comment: "shared/web-headers.ts",
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          preload: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries(custom).map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }

  private makeBucket(id: string, props: BucketProps): IBucket {
    const bucket = new Bucket(this, id, {
      encryption: BucketEncryption.S3_MANAGED, // public once it is served; CloudFront's logs know no key of ours
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      ...props,
    });
    return bucket as IBucket; // it is one; the CDK's own types miss it by an optional property
  }
}
