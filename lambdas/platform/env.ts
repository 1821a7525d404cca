import * as z from "zod";

/** Every environment variable that code reads, and what it must look like. */
const VARIABLES = {
  TABLE_NAME: z.string().min(3),
  DIRECTORY_NAME: z.string().min(3),
  TENANT_ROLE_ARN: z.string().startsWith("arn:"),
  USER_POOL_ID: z.string().min(3),
  USER_POOL_CLIENT_ID: z.string().min(3),
  TOKEN_KEY_ID: z.string().min(3),
  LAUNCH_KEY_ID: z.string().min(3),
  STATE_BUCKET: z.string().min(3),
  LIFECYCLE_ARN: z.string().startsWith("arn:"),
  RELAY_MANAGEMENT_URL: z.url(),
  ORIGIN: z.url().transform((url) => new URL(url).origin),
  MAIL_FROM: z.string().min(3),
  LINKS_PER_ADDRESS: z.coerce.number().int().positive(),
  RECOVERY_DELAY_SECONDS: z.coerce.number().int().nonnegative(),
  STAGE: z.string().min(1),
  AWS_REGION: z.string().min(3),
  CLUSTER_ARN: z.string().startsWith("arn:"),
  TASK_DEFINITION_small: z.string().min(1),
  TASK_DEFINITION_medium: z.string().min(1),
  TASK_DEFINITION_large: z.string().min(1),
  TASK_SUBNETS: z.string().transform((list) => list.split(",")),
  TASK_SECURITY_GROUP: z.string().min(1),
  IMAGE_DIGEST: z.string().min(1),
} as const;

type Name = keyof typeof VARIABLES;

/** The variables a function needs, all of them checked at its first start. The error names the variable, not its value. */
export function readEnv<N extends Name>(
  ...names: readonly N[]
): { readonly [K in N]: z.output<(typeof VARIABLES)[K]> } {
  const read = names.map((name) => {
    const parsed = VARIABLES[name].safeParse(process.env[name]);
    if (!parsed.success) throw new Error(`environment variable ${name} is missing or malformed`);
    return [name, parsed.data];
  });
  return Object.fromEntries(read) as { readonly [K in N]: z.output<(typeof VARIABLES)[K]> }; // one entry for each name
}
