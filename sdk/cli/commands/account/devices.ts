import type { Command } from "commander";
import { ApiError } from "#shared/client/api-client.ts";
import { isOfPresentRoot, signInEndingWith } from "#shared/client/device/current.ts";
import type { Device } from "#shared/contracts/keyring.ts";
import type { Ocmt } from "../../../ocmt.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { NotFound, UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { confirm, isTerminal, note } from "../../terminal.ts";
import { addNewcomers } from "./newcomers.ts";

export function addDevices(program: Command): void {
  const devices = program.command("devices").description("the devices of the account");
  devices
    .command("ls", { isDefault: true })
    .description("list them")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { keyring } = ocmt.api;
      const { items } = await keyring.listDevices({});
      const present = items.length > 0 ? await keyring.getKeyring({}) : undefined;
      const facts = items.map((device) => ({
        ...{ id: device.id, name: device.name, createdAt: device.createdAt, revokedAt: device.revokedAt ?? null },
        isCurrent: !device.revokedAt && present !== undefined && isOfPresentRoot(present, device),
      }));
      const stateOf = ({ revokedAt, isCurrent }: (typeof facts)[number]) => {
        if (revokedAt) return "taken back";
        return isCurrent ? "" : "not current";
      };
      const rows = facts.map((fact) => [fact.name, fact.createdAt.slice(0, 10), stateOf(fact), fact.id]);
      show(facts, tableOf(["NAME", "SINCE", "", "ID"], rows), options);
      await noteWaiting(ocmt);
    });
  devices
    .command("revoke <device>")
    .description("take one back for good, by its name or id: agents and the relay refuse it, and its session ends")
    .option("--yes", "do not ask")
    .action(async (named: string, { yes }: { yes?: true }, command: Command) => {
      const options = optionsOf(command);
      const ocmt = await openSignedIn(options);
      const { items } = await ocmt.api.keyring.listDevices({});
      const device = pick(items, named);
      if (!yes && !isTerminal()) throw new UsageError("Say --yes where nobody can be asked.");
      if (!yes && !(await confirm(`Take back ${device.name}, registered ${device.createdAt.slice(0, 10)}?`))) return;
      await (await openUnlocked(ocmt)).revokeDevice(device.id);
      const sessionId = signInEndingWith(device, items);
      if (sessionId)
        await ocmt.api.identity.revokeSession({ sessionId }).catch((error: unknown) => {
          if (!(error instanceof ApiError && error.code === "session.not_found")) throw error; // it had ended already
        });
      show({ id: device.id, revoked: true }, [`${device.name} was taken back.`], options);
    });
  addNewcomers(devices);
}

async function noteWaiting({ api }: Ocmt): Promise<void> {
  const others = (await api.enrolments.list({})).items.filter(({ isOwn }) => !isOwn);
  if (others.length > 0)
    note(
      `${others.length === 1 ? "A device asks" : `${others.length} devices ask`} to be let in. See: ocmt devices waiting`,
    );
}

function pick(items: readonly Device[], named: string): Device {
  const found = items.filter(({ id, name, revokedAt }) => !revokedAt && (id === named || name === named));
  const [only, ...others] = found;
  if (!only) throw new NotFound(`You have no device "${named}". See: ocmt devices`);
  if (others.length > 0) throw new UsageError(`${found.length} devices have this name. Take the id: ocmt devices`);
  return only;
}
