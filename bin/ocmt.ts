import { App, Validations } from "aws-cdk-lib";
import { Checks } from "../lib/checks/checks.ts";
import { readConfig } from "../lib/config.ts";
import { makeStage } from "../lib/stage.ts";

const app = new App();
makeStage(
  app,
  readConfig((key) => app.node.tryGetContext(key)),
);
Validations.of(app).addPlugins(new Checks(app));
