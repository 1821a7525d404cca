import * as z from "zod";
import { type ItemForm, KINDS } from "#shared/client/vault/items/item-kinds.ts";
import { UsageError } from "../../failure.ts";

interface Given {
  readonly set: readonly string[];
  readonly ask: readonly string[];
  readonly make: readonly string[];
}

interface Sources {
  readonly ask: (question: string) => Promise<string>;
  readonly make: () => string;
}

type Values = Readonly<Record<string, string>>;

/** The fields that a command names, each from where it says; a secret is not taken from the arguments. */
export async function readFields(given: Given, { type }: Pick<ItemForm, "type">, from: Sources): Promise<Values> {
  const { fields } = KINDS[type];
  const specOf = (name: string) => {
    const spec = fields.find((field) => field.name === name);
    if (!spec) throw new UsageError(`No field "${name}". There are ${fields.map((field) => field.name).join(", ")}.`);
    return spec;
  };
  const values: Record<string, string> = {};
  for (const pair of given.set) {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (specOf(name).is?.startsWith("hidden"))
      throw new UsageError(`"${name}" is secret, and arguments can be read by others on this machine: --ask ${name}`);
    values[name] = value;
  }
  for (const name of given.make) values[specOf(name).name] = from.make();
  for (const name of given.ask) values[specOf(name).name] = await from.ask(specOf(name).label);
  return values;
}

/** Fields by name, as JSON. @throws UsageError, ZodError (which names fields, not values) */
export function readItemText(text: string, { type }: Pick<ItemForm, "type">): Values {
  const names = KINDS[type].fields.map(({ name }) => name);
  const shape = Object.fromEntries(names.map((name) => [name, z.string().optional()]));
  const given = z.strictObject(shape).parse(parseJson(text));
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError("What was piped in is not JSON."); // without the text, which is secret
  }
}
