import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AGENT_SIZES } from "#shared/quotas.ts";
import { flatten, synthesise } from "#test/support/cdk.ts";

interface MountPoint {
  readonly SourceVolume: string;
  readonly ContainerPath: string;
}

describe.each(["local", "dev", "prod"] as const)("an agent's task in stage %s", (stage) => {
  const { find } = synthesise(stage);
  const tasks = Object.values(find("AWS::ECS::TaskDefinition"));

  it("has one definition for each size, on ARM64", () => {
    const sizes = Object.values(AGENT_SIZES).map(({ cpuUnits, memoryMib }) => `${cpuUnits}/${memoryMib}`);
    expect(tasks.map(({ Properties }) => `${Properties["Cpu"]}/${Properties["Memory"]}`).sort()).toEqual(sizes.sort());
    for (const { Properties } of tasks) expect(Properties["RuntimePlatform"].CpuArchitecture).toBe("ARM64");
  });

  it("K04 runs as nobody in particular, on a root it cannot write, from an image that cannot change under its name", () => {
    for (const { Properties } of tasks) {
      const [container, ...more] = Properties["ContainerDefinitions"];
      expect(more).toEqual([]);
      expect(container).toMatchObject({
        Name: "agent",
        User: "1000:1000",
        ReadonlyRootFilesystem: true,
        Privileged: false,
      });
      expect(JSON.stringify(flatten(container.Image))).toMatch(/@sha256:[0-9a-f]{64}"|:[0-9a-f]{64}"/);
    }
  });

  it("can write its own disk: ECS gives a volume to root, unless the image has it as a VOLUME that is the user's", () => {
    const image =
      readFileSync("agent/Dockerfile", "utf8")
        .split(/^FROM /m)
        .at(-1) ?? "";
    for (const { Properties } of tasks) {
      const [{ User, MountPoints }] = Properties["ContainerDefinitions"];
      const volumes = Properties["Volumes"].map(({ Name }: { Name: string }) => Name);
      expect(MountPoints.map((point: MountPoint) => point.SourceVolume).sort()).toEqual(volumes.sort());
      expect(MountPoints.length).toBeGreaterThan(0);
      for (const { ContainerPath: path } of MountPoints as MountPoint[]) {
        const [before, ...after] = image.split(new RegExp(`^VOLUME ${path}$`, "m"));
        expect([path, after.length]).toEqual([path, 1]);
        expect(before).toMatch(new RegExp(`(chown ${User}|chmod 1777) ${path}\\b`));
        expect(after[0]).not.toMatch(/^(RUN|COPY|ADD) /m); // what is changed in a volume afterwards may be lost
      }
    }
  });

  it("I02 has a role without any right", () => {
    const roles = tasks.map(({ Properties }) => Properties["TaskRoleArn"]["Fn::GetAtt"][0] as string);
    expect(roles).toHaveLength(tasks.length);
    for (const role of roles) {
      expect(find("AWS::IAM::Role")[`agents/${role}`]?.Properties["Policies"]).toBeUndefined();
      const attached = Object.values(find("AWS::IAM::Policy")).filter(({ Properties }) =>
        JSON.stringify(Properties["Roles"]).includes(role),
      );
      expect(attached).toEqual([]);
    }
  });

  it("I03 hears nobody, and speaks to port 443 only", () => {
    const [, group] = Object.entries(find("AWS::EC2::SecurityGroup")).find(([id]) => id.includes("TaskGroup")) ?? [];
    expect(group?.Properties["SecurityGroupIngress"]).toBeUndefined();
    expect(Object.keys(find("AWS::EC2::SecurityGroupIngress")).filter((id) => id.includes("TaskGroup"))).toEqual([]);
    const egress = group?.Properties["SecurityGroupEgress"] as {
      FromPort: number;
      ToPort: number;
      IpProtocol: string;
    }[];
    expect(egress.map(({ FromPort, ToPort, IpProtocol }) => [IpProtocol, FromPort, ToPort])).toEqual([
      ["tcp", 443, 443],
    ]);
  });

  it("K05 lets nobody open a shell in it", () => {
    const text = JSON.stringify(Object.values(synthesise(stage).templates).map((template) => template.toJSON()));
    expect(text).not.toMatch(/enableExecuteCommand"?:\s*true/i);
    expect(text).not.toMatch(/ssmmessages|ecs:ExecuteCommand/);
  });

  it("gets no secret in its environment", () => {
    for (const { Properties } of tasks) {
      const [container] = Properties["ContainerDefinitions"];
      const names = container.Environment.map(({ Name }: { Name: string }) => Name).sort();
      expect(names).toEqual(["OCMT_API_URL", "OCMT_RELAY_URL", "OCMT_SIZE", "OCMT_STATE_DIR"]);
      expect(container.Secrets).toBeUndefined();
    }
  });
});
