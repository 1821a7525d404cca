import type { App } from "aws-cdk-lib";
import type { Config } from "./config.ts";
import { AccessStack } from "./stacks/access.ts";
import { AgentsStack } from "./stacks/agents.ts";
import { ApiStack } from "./stacks/api.ts";
import { DataStack } from "./stacks/data.ts";
import { IdentityStack } from "./stacks/identity.ts";
import { RelayStack } from "./stacks/relay.ts";
import { WatchStack } from "./stacks/watch.ts";
import { WebStack } from "./stacks/web.ts";
import { WorkflowsStack } from "./stacks/workflows.ts";

/** Every stack of one stage, each after what it stands on. */
export function makeStage(app: App, config: Config) {
  const data = new DataStack(app, config);
  const access = new AccessStack(app, config, data);
  const identity = new IdentityStack(app, config, { data, access });
  const relay = new RelayStack(app, config, { data, access });
  const agents = new AgentsStack(app, config);
  const workflows = new WorkflowsStack(app, config, { data, access, relay, agents });
  const api = new ApiStack(app, config, { data, access, identity, relay, workflows });
  const web = new WebStack(app, config, { data, api, relay });
  const watch = new WatchStack(app, config, { data, api, relay, agents, workflows });
  return { data, access, identity, relay, agents, workflows, api, web, watch };
}
