import { describe, expect, it } from "vitest";
import { contracts } from "#shared/contracts/index.ts";
import { synthesise } from "#test/support/cdk.ts";

const { find, of } = synthesise("prod");
const routes = Object.values(contracts).flatMap((contract) => Object.values(contract));

describe("the routes that are deployed", () => {
  const deployed = of("api", "AWS::ApiGatewayV2::Route");

  it("are those of the contracts and no others", () => {
    const named = routes.map(({ method, path }) => `${method} ${path}`).sort();
    expect(deployed.map(({ Properties }) => Properties["RouteKey"]).sort()).toEqual(named);
  });

  it("stand behind the authorizer, but for those that the contract calls public", () => {
    for (const { method, path, access } of routes) {
      const route = deployed.find(({ Properties }) => Properties["RouteKey"] === `${method} ${path}`);
      expect([path, route?.Properties["AuthorizationType"]]).toEqual([path, access === "public" ? "NONE" : "CUSTOM"]);
    }
  });

  it("share one authorizer that answers simply and is remembered for 5 seconds", () => {
    const [authorizer, ...more] = of("api", "AWS::ApiGatewayV2::Authorizer");
    expect(more).toEqual([]);
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: "REQUEST",
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 5,
      IdentitySource: ["$request.header.Authorization"],
    });
  });

  it("are throttled, and what anyone may call is throttled more", () => {
    const [stage] = of("api", "AWS::ApiGatewayV2::Stage");
    const { ThrottlingRateLimit: rate } = stage?.Properties["DefaultRouteSettings"] ?? {};
    const settings = stage?.Properties["RouteSettings"] as Record<string, { ThrottlingRateLimit: number }>;
    const open = routes.filter(({ access }) => access === "public").map(({ method, path }) => `${method} ${path}`);
    expect(rate).toBeGreaterThan(0);
    expect(Object.keys(settings).sort()).toEqual(open.sort());
    for (const { ThrottlingRateLimit } of Object.values(settings)) expect(ThrottlingRateLimit).toBeLessThan(rate);
  });
});

describe("the relay that is deployed", () => {
  it("asks its authorizer for the ticket in the query at $connect", () => {
    const connect = of("relay", "AWS::ApiGatewayV2::Route").find(
      ({ Properties }) => Properties["RouteKey"] === "$connect",
    );
    expect(connect?.Properties["AuthorizationType"]).toBe("CUSTOM");
    const [authorizer] = of("relay", "AWS::ApiGatewayV2::Authorizer");
    expect(authorizer?.Properties["IdentitySource"]).toEqual(["route.request.querystring.ticket"]);
  });

  it("has a stage named relay, and writes no query into its log", () => {
    const [stage] = of("relay", "AWS::ApiGatewayV2::Stage");
    expect(stage?.Properties["StageName"]).toBe("relay");
    for (const { Properties } of Object.values(find("AWS::ApiGatewayV2::Stage"))) {
      expect(Properties["AccessLogSettings"].Format).not.toMatch(/query|header|authorizer|ticket/i);
    }
  });
});
