import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";

/** Runs in CloudFront, in its own JavaScript. A page of the app is no file in the bucket; files have a dot in their last part. */
const CODE = `function handler(event) {
  var request = event.request;
  if (request.uri.split("/").pop().indexOf(".") < 0) request.uri = "/index.html";
  return request;
}`;

/**
 * Any page's address is answered by the app itself. It is bound to the pages alone: an error page of the distribution would stand in the place
 * of the API's own refusals too.
 */
export function pageFunction(scope: Construct): cloudfront.FunctionAssociation {
  const code = cloudfront.FunctionCode.fromInline(CODE);
  const runtime = cloudfront.FunctionRuntime.JS_2_0;
  return {
    eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
    function: new cloudfront.Function(scope, "Pages", { code, runtime, comment: "Addresses of the app's pages" }),
  };
}
