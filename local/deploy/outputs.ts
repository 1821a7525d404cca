import * as z from "zod";

/** What the CDK app says of itself, that this machine needs to know. Names are those of the stacks' outputs. */
export const Outputs = z.object({
  HttpApiId: z.string().min(1),
  RelayApiId: z.string().min(1),
  RelayStage: z.string().min(1),
  ClusterName: z.string().min(1),
  TaskStoppedFunctionName: z.string().min(1),
  WarmPoolFunctionName: z.string().min(1),
  UserPoolId: z.string().optional(),
  TableName: z.string().optional(),
  DirectoryName: z.string().optional(),
  StateBucket: z.string().min(1),
  LifecycleArn: z.string().optional(),
});
export type Outputs = z.infer<typeof Outputs>;

const OutputsFile = z.record(z.string(), z.record(z.string(), z.string()));

/** The file of `cdk deploy --outputs-file`: outputs by stack, here all in one. */
export function readOutputs(text: string): Outputs {
  const stacks = OutputsFile.parse(JSON.parse(text));
  return Outputs.parse(Object.assign({}, ...Object.values(stacks)));
}
