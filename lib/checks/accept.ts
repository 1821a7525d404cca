import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** A finding of cdk-nag that stands, and why. */
export function accept(construct: IConstruct, rule: `AwsSolutions-${string}`, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

const ACCEPTED = "ocmt:accepted-wildcards";

/** Resources of a policy that can only be told by a pattern, and why: what stands behind their last variable. */
export function acceptWildcards(construct: IConstruct, resources: readonly string[], reason: string): void {
  const patterns = resources
    .map((resource) => resource.slice(resource.lastIndexOf("}") + 1))
    .filter((tail) => tail.includes("*"));
  construct.node.addMetadata(ACCEPTED, { patterns, reason });
}

/** Whether this resource pattern was accepted on the construct or above it. A bare `*` must have been accepted as such. */
export function isAcceptedWildcard(construct: IConstruct, resource: string): boolean {
  return construct.node.scopes.some(({ node }) =>
    node.metadata
      .filter(({ type }) => type === ACCEPTED)
      .flatMap(({ data }) => (data as { patterns: string[] }).patterns) // written above
      .some((pattern) => resource === pattern || (pattern !== "*" && resource.endsWith(pattern))),
  );
}
