import { CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import type { StageStack } from "../stacks/base.ts";

const MANAGED = [
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesCommonRuleSet",
];
const REQUESTS_PER_ADDRESS = 2000; // in five minutes

/** All agents of the installation call from the few addresses of its gateways; each has a token of its own, and the API's throttle. */
const NOT_OF_TASKS = {
  notStatement: {
    statement: {
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: "STARTS_WITH",
        searchString: "/v1/tasks/",
        textTransformations: [{ priority: 0, type: "NONE" }],
      },
    },
  },
};

/** In front of everything: known bad senders and inputs, and no address more often than a person with many tabs. */
export function makeFirewall(stack: StageStack): CfnWebACL {
  const seen = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName });
  return new CfnWebACL(stack, "Firewall", {
    scope: "CLOUDFRONT",
    defaultAction: { allow: {} },
    visibilityConfig: seen(`ocmt-${stack.config.stage}`),
    rules: [
      {
        name: "rate",
        priority: 0,
        action: { block: {} },
        statement: {
          rateBasedStatement: { limit: REQUESTS_PER_ADDRESS, aggregateKeyType: "IP", scopeDownStatement: NOT_OF_TASKS },
        },
        visibilityConfig: seen("rate"),
      },
      ...MANAGED.map((name, at) => ({
        name,
        priority: at + 1,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: "AWS", name, ...exceptions(name) } },
        visibilityConfig: seen(name),
      })),
    ],
  });
}

/** Sealed blobs are longer than 8 KB; the contracts and the functions have their own limits. */
const exceptions = (name: string) =>
  name === "AWSManagedRulesCommonRuleSet"
    ? { ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }] }
    : {};
