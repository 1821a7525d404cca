import * as z from "zod";
import { contracts } from "./contracts/index.ts";
import { Problem, pathParams, type Route } from "./contracts/route.ts";
import { describeError, ERROR_CODES } from "./errors.ts";

type Json = Record<string, unknown>;

/** OpenAPI 3.1 of every route, made from the contracts: it cannot say anything the server does not do. */
export function describeApi(origin: string): Json {
  const paths: Record<string, Json> = {};
  for (const [domain, contract] of Object.entries(contracts)) {
    for (const [name, route] of Object.entries<Route>(contract)) {
      paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(domain, name, route) };
    }
  }
  return {
    openapi: "3.1.0",
    info: { title: "OCMT", version: "2026-11-23", description: `Failures by code:\n\n${listErrors()}` },
    servers: [{ url: origin }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An access token or an API key." },
        task: { type: "http", scheme: "bearer", description: "The service token of an agent's task." },
      },
      schemas: { Problem: toSchema(Problem, "output") },
    },
  };
}

function describeRoute(domain: string, name: string, route: Route): Json {
  const input = toSchema(route.input, "input") as { properties?: Json; required?: string[] }; // of a ZodObject
  const inPath = new Set(pathParams(route.path));
  const rest = Object.entries(input.properties ?? {}).filter(([field]) => !inPath.has(field));
  const required = (field: string) => input.required?.includes(field) ?? false;
  const parameter =
    (place: string) =>
    ([field, schema]: [string, unknown]) => ({
      name: field,
      in: place,
      required: place === "path" || required(field),
      schema,
    });
  const params = [...inPath].map((field) => parameter("path")([field, input.properties?.[field] ?? {}]));
  const inQuery = route.method === "GET" ? rest.map(parameter("query")) : [];
  const headers = isOnce(route) ? [IDEMPOTENCY_KEY] : [];
  const schema = {
    type: "object",
    properties: Object.fromEntries(rest),
    required: rest.map(([f]) => f).filter(required),
  };
  const hasBody = route.method !== "GET" && rest.length > 0;
  return {
    operationId: `${domain}.${name}`,
    tags: [domain],
    summary: route.summary,
    "x-access": route.access,
    ...(route.fresh ? { "x-fresh": true } : {}),
    security: securityOf(route),
    parameters: [...params, ...inQuery, ...headers],
    ...(hasBody ? { requestBody: { required: true, content: { "application/json": { schema } } } } : {}),
    responses: {
      [String(route.status ?? 200)]: {
        description: "Done.",
        content: { "application/json": { schema: toSchema(route.reply, "output") } },
      },
      default: {
        description: "Refused.",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  schema: { type: "string", minLength: 16, maxLength: 128 },
  description: "The same key with the same body is done once and answered alike for 24 hours.",
};

const isOnce = ({ method, access }: Route): boolean => method === "POST" && access !== "public" && access !== "task";

function securityOf({ access }: Route): Json[] {
  if (access === "public") return [];
  return [access === "task" ? { task: [] } : { token: [] }];
}

/** Ids are checked by a function, which JSON Schema cannot say: they are described as text. */
function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "custom") jsonSchema.type = "string";
    },
  });
  return rest;
}

function listErrors(): string {
  return ERROR_CODES.map((code) => {
    const { status, title, fix } = describeError(code);
    return `- \`${code}\` (${status}): ${title} ${fix}`;
  }).join("\n");
}
