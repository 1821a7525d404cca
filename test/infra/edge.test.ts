import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { type Resource, synthesise } from "#test/support/cdk.ts";

const one = (found: Record<string, Resource>): Resource["Properties"] => {
  const [resource] = Object.values(found);
  if (!resource) throw new Error("there is none");
  return resource.Properties;
};

describe.each(["dev", "prod"] as const)("the edge of stage %s", (stage) => {
  const { find } = synthesise(stage);
  const distribution = one(find("AWS::CloudFront::Distribution"))["DistributionConfig"];

  it("leaves the API's own refusals as they are", () => {
    expect(distribution.CustomErrorResponses ?? []).toEqual([]);
    for (const behaviour of distribution.CacheBehaviors) expect(behaviour.FunctionAssociations ?? []).toEqual([]);
  });

  it("answers every page's address with the app, and every file's with the file", () => {
    expect(distribution.DefaultCacheBehavior.FunctionAssociations).toHaveLength(1);
    const code = String(one(find("AWS::CloudFront::Function"))["FunctionCode"]);
    const answered = (uri: string) => runInNewContext(`${code}; handler({ request: { uri } }).uri`, { uri });
    for (const page of ["/", "/chat", "/vault/in/vlt_1/itm_1"]) expect(answered(page)).toBe("/index.html");
    for (const file of ["/index.html", "/assets/main-1a2b.js"]) expect(answered(file)).toBe(file);
  });

  it("counts requests by address, but not those of the agents, which share a few addresses", () => {
    const rules = one(find("AWS::WAFv2::WebACL"))["Rules"] as { Statement: Record<string, unknown> }[];
    const rated = rules.flatMap(({ Statement }) => Statement["RateBasedStatement"] ?? []);
    expect(rated).toEqual([
      expect.objectContaining({
        ScopeDownStatement: {
          NotStatement: {
            Statement: {
              ByteMatchStatement: expect.objectContaining({
                SearchString: "/v1/tasks/",
                PositionalConstraint: "STARTS_WITH",
              }),
            },
          },
        },
      }),
    ]);
  });
});
