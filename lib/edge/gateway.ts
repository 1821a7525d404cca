import { Duration } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { Construct } from "constructs";

/** What a function reads of a request's headers; CloudFront adds who and where the viewer is, and overwrites what a viewer says of that. */
const HEADERS = [
  "CloudFront-Viewer-Address",
  "CloudFront-Viewer-City",
  "CloudFront-Viewer-Country",
  "Idempotency-Key",
  "Origin",
  "User-Agent",
];

export function gatewayOrigin(apiId: string, region: string): cloudfront.IOrigin {
  return new HttpOrigin(`${apiId}.execute-api.${region}.amazonaws.com`, {
    protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
    readTimeout: Duration.seconds(30),
  });
}

/**
 * The HTTP API. `Authorization` reaches an origin only as part of a cache key, so there is a cache policy; every answer of the
 * API says no-store, and the second it might be kept is one caller's own.
 */
export function apiBehaviours(
  scope: Construct,
  origin: cloudfront.IOrigin,
): Record<string, cloudfront.BehaviorOptions> {
  const behaviour = {
    ...always(origin),
    cachePolicy: new cloudfront.CachePolicy(scope, "ApiCache", {
      comment: "Nothing is kept; the header is passed on",
      headerBehavior: cloudfront.CacheHeaderBehavior.allowList("Authorization"),
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
      cookieBehavior: cloudfront.CacheCookieBehavior.all(),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(1),
    }),
    originRequestPolicy: new cloudfront.OriginRequestPolicy(scope, "ApiRequest", {
      headerBehavior: cloudfront.OriginRequestHeaderBehavior.allowList(...HEADERS),
      queryStringBehavior: cloudfront.OriginRequestQueryStringBehavior.all(),
      cookieBehavior: cloudfront.OriginRequestCookieBehavior.all(),
    }),
  };
  return { "/v1/*": behaviour, "/.well-known/*": behaviour };
}

/** The relay: its ticket stands in the query, and the handshake's own headers are the viewer's. */
export function socketBehaviour(origin: cloudfront.IOrigin): cloudfront.BehaviorOptions {
  return {
    ...always(origin),
    cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
    originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}

const always = (origin: cloudfront.IOrigin) => ({
  origin,
  allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
  viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
});
