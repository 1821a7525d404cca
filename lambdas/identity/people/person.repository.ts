import { createHash } from "node:crypto";
import * as z from "zod";
import type { DirectoryChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   pk                   sk        item
 *   EMAIL#<hash>         EMAIL     whose address this is
 *   USER#<userId>        PROFILE   the person
 */
export const Person = z.object({
  id: idOf("user"),
  email: z.string(),
  createdAt: z.string(),
  lastTenantId: idOf("tenant").nullable(),
});
export type Person = z.infer<typeof Person>;

/** Addresses are looked up by hash, so that a key of the table is never an address. */
export const hashEmail = (email: string): string =>
  createHash("sha256").update(`ocmt/v1/email\0${email}`).digest("hex");

export async function findUserId(directory: Directory, email: string): Promise<Id<"user"> | undefined> {
  const row = await directory.at(`EMAIL#${hashEmail(email)}`).get("EMAIL");
  return row && idOf("user").parse(row["userId"]);
}

export async function findPerson(directory: Directory, userId: Id<"user">): Promise<Person | undefined> {
  const row = await directory.at(`USER#${userId}`).get("PROFILE");
  return row && Person.parse(row);
}

export const insertPerson = (person: Person): DirectoryChange[] => [
  {
    do: "insert",
    pk: `EMAIL#${hashEmail(person.email)}`,
    sk: "EMAIL",
    item: { userId: person.id },
    otherwise: "request.conflict",
  },
  { do: "insert", pk: `USER#${person.id}`, sk: "PROFILE", item: person, otherwise: "request.conflict" },
];

export const rememberTenant = (userId: Id<"user">, tenantId: Id<"tenant">): DirectoryChange => ({
  do: "update",
  pk: `USER#${userId}`,
  sk: "PROFILE",
  set: { lastTenantId: tenantId },
  otherwise: "request.conflict",
});
