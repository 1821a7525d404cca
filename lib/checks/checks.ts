import { AwsSolutionsChecks, type IApplyRule } from "cdk-nag";
import { isAcceptedWildcard } from "./accept.ts";

const RESOURCE = "Resource::";

/**
 * cdk-nag's AwsSolutions pack. It names a wildcard finding by the text of the resource, in which other stacks' exports stand,
 * so that nobody could write it down beside the grant; here a grant accepts its own resources by the end of their names.
 * Wildcard actions cannot be accepted.
 */
export class Checks extends AwsSolutionsChecks {
  protected override applyRule(params: IApplyRule): void {
    super.applyRule({
      ...params,
      rule: Object.defineProperty(
        (node: Parameters<IApplyRule["rule"]>[0]) => {
          const result = params.rule(node);
          if (!Array.isArray(result)) return result;
          return result.filter(
            (finding) => !(finding.startsWith(RESOURCE) && isAcceptedWildcard(node, finding.slice(RESOURCE.length))),
          );
        },
        "name",
        { value: params.rule.name },
      ),
    });
  }
}
