import { type HttpApi, HttpMethod, HttpNoneAuthorizer, type IHttpRouteAuthorizer } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Construct } from "constructs";
import { contracts, type Domain } from "#shared/contracts/index.ts";
import type { Route } from "#shared/contracts/route.ts";
import { accept } from "../checks/accept.ts";
import { TenantCode, type TenantCodeProps } from "./tenant-code.ts";

interface DomainApiProps extends Omit<TenantCodeProps, "entry" | "description"> {
  readonly api: HttpApi;
  readonly authorizer: IHttpRouteAuthorizer;
}

/** One domain behind the API: one function with one role, and the routes its contract names. */
export class DomainApi extends TenantCode {
  constructor(scope: Construct, domain: Domain, { api, authorizer, ...props }: DomainApiProps) {
    super(scope, domain, {
      ...props,
      entry: `lambdas/${domain}/api.ts`,
      description: `HTTP API of the ${domain} domain`,
    });
    const integration = new HttpLambdaIntegration(`${domain}-integration`, this.function, {
      scopePermissionToRoute: false,
    });
    for (const { method, path, access } of Object.values<Route>(contracts[domain])) {
      const [added] = api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        authorizer: access === "public" ? new HttpNoneAuthorizer() : authorizer,
      });
      if (access === "public" && added)
        accept(added, "AwsSolutions-APIG4", "The contract says `public`: nobody has signed in yet.");
    }
  }
}
