import type { Construct } from "constructs";
import type { AccessStack, Entrant } from "../stacks/access.ts";
import { DirectoryCode, type DirectoryCodeProps } from "./directory-code.ts";

export interface TenantCodeProps extends Omit<DirectoryCodeProps, "role" | "directory"> {
  readonly access: AccessStack;
}

/** A function that works inside tenants: a tenant's rows only by the role it takes on for that tenant. */
export class TenantCode extends DirectoryCode {
  constructor(scope: Construct, entrant: Entrant, { access, ...props }: TenantCodeProps) {
    const door = access.doorOf(entrant).roleArn;
    super(scope, entrant, {
      ...props,
      role: access.roleOf(entrant),
      environment: { STATE_BUCKET: props.data.state.bucketName, TENANT_ROLE_ARN: door, ...props.environment },
    });
    this.allow(["sts:AssumeRole", "sts:TagSession"], [door]);
  }
}
