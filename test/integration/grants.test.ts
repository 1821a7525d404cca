import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { beforeAll, describe, expect, it } from "vitest";
import { logLines } from "#test/support/platform-view.ts";
import { joinProduct } from "#test/support/product.ts";
import { Visitor } from "#test/support/visitor.ts";

interface Policy {
  Version: string;
  Statement: { Action: string | string[]; Effect: string; Resource: unknown }[];
}

/** The emulator checks every call against the caller's role: what is not granted here would not be in a customer's account. */
describe("IAM", () => {
  const place = joinProduct();
  const visitor = new Visitor(place, "grants@people.example");
  const iam = new IAMClient({
    endpoint: place.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

  beforeAll(async () => {
    await visitor.signIn();
    await visitor.createOrganisation("Grants");
  });

  /** The inline policies of the role of one domain's function. */
  async function policiesOf(domain: string) {
    const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
    const role = Roles.find(({ RoleName = "" }) => new RegExp(`-access-${domain}[0-9A-F]{8}-`).test(RoleName));
    const RoleName = role?.RoleName ?? "";
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    return Promise.all(
      PolicyNames.map(async (PolicyName) => {
        const { PolicyDocument = "{}" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
        return { RoleName, PolicyName, policy: JSON.parse(decodeURIComponent(PolicyDocument)) as Policy };
      }),
    );
  }

  /** The line that the tenants function wrote of one request. */
  async function logOf(requestId: string) {
    for await (const { bytes } of logLines(place.endpoint, "tenants")) {
      const line: string = JSON.parse(String(bytes));
      if (line.includes(`"requestId":"${requestId}"`)) return JSON.parse(line);
    }
    return undefined;
  }

  it("is enforced: a function whose role lost one grant is refused by AWS, and works again when it is back", async () => {
    expect(await visitor.api.tenants.get({})).toMatchObject({ name: "Grants" });
    const policies = await policiesOf("tenants");
    const found = policies.find(({ policy }) => JSON.stringify(policy).includes("sts:AssumeRole"));
    if (!found) throw new Error("the role of the tenants function has an inline policy with sts:AssumeRole");
    const { RoleName, PolicyName, policy } = found;
    const put = (changed: Policy) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(changed) }));
    const without = policy.Statement.filter(({ Action }) => ![Action].flat().includes("sts:AssumeRole"));

    await put({ ...policy, Statement: without });
    const other = new Visitor(place, "grants-2@people.example"); // another tenant, whose credentials no function holds yet
    await other.signIn();
    const refused = await other.createOrganisation("Refused").catch((error) => error);
    await put(policy);
    expect(refused).toMatchObject({ code: "internal" });
    await expect
      .poll(() => logOf(refused.problem.request_id))
      .toMatchObject({ event: "request.failed", route: "POST /v1/tenants", cause: "AccessDenied" });
    expect(await other.createOrganisation("Allowed")).toMatchObject({ name: "Allowed" });
  });
});
