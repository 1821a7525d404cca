import type { App } from "aws-cdk-lib";
import {
  CompositePrincipal,
  PolicyDocument,
  type PolicyStatement,
  Role,
  SessionTagsPrincipal,
} from "aws-cdk-lib/aws-iam";
import { acceptWildcards } from "../checks/accept.ts";
import type { Config } from "../config.ts";
import { makeFunctionRole } from "../constructs/code.ts";
import { directoryStatements, tenantStatements } from "../tenant-policy.ts";
import { StageStack } from "./base.ts";
import type { DataStack } from "./data.ts";

/** Who may enter a tenant, and through which of the two doors. A function that is not here has no way to a tenant's rows. */
const DOORS = {
  identity: "both",
  tenants: "both",
  agents: "both",
  tasks: "both",
  lifecycleSteps: "both",
  taskStopped: "both",
  keyring: "tenant",
  vault: "tenant",
  shares: "tenant",
  recovery: "tenant",
  enrolments: "tenant",
  chat: "tenant",
  grants: "tenant",
  relay: "tenant",
  sweep: "tenant",
} as const;

export type Entrant = keyof typeof DOORS;

/** The roles of the functions that work inside a tenant, and the two roles they take on to do so. */
export class AccessStack extends StageStack {
  readonly #roles: Readonly<Record<Entrant, Role>>;
  readonly #doors: Readonly<Record<(typeof DOORS)[Entrant], Role>>;

  constructor(app: App, config: Config, data: DataStack) {
    super(app, "access", config);
    const entrants = Object.keys(DOORS) as Entrant[]; // Object.keys of a literal
    const roles = entrants.map((name) => [name, makeFunctionRole(this, name, `Function ${name}`)] as const);
    this.#roles = Object.fromEntries(roles) as Record<Entrant, Role>; // one entry for each name

    const own = tenantStatements(config, data);
    this.#doors = {
      tenant: this.makeDoor("tenant-access", "tenant", own),
      both: this.makeDoor("tenant-directory-access", "both", [
        ...tenantStatements(config, data),
        ...directoryStatements(data),
      ]),
    };
  }

  roleOf(entrant: Entrant): Role {
    return this.#roles[entrant];
  }

  doorOf(entrant: Entrant): Role {
    return this.#doors[DOORS[entrant]];
  }

  /** Trusts the named functions alone, and only for a session that carries exactly one tag: the tenant. */
  private makeDoor(id: string, door: (typeof DOORS)[Entrant], statements: PolicyStatement[]): Role {
    const trusted = (Object.keys(DOORS) as Entrant[])
      .filter((name) => DOORS[name] === door)
      .map((name) => this.#roles[name]);
    const tagged = trusted.map((role) =>
      new SessionTagsPrincipal(role).withConditions({
        StringLike: { "aws:RequestTag/tid": "tnt_*" },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["tid"] },
      }),
    );
    const role = new Role(this, id, {
      assumedBy: new CompositePrincipal(...tagged),
      description: `One tenant's rows and objects${door === "both" ? ", and the directory" : ""}; the session's tag says whose`,
      inlinePolicies: { access: new PolicyDocument({ statements }) },
    });
    acceptWildcards(
      role,
      ["/t/<aws:PrincipalTag/tid>/*", "/t/*"],
      "Objects under the prefix of the tenant that the session's tag names.",
    );
    return role;
  }
}
