import * as z from "zod";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Id, IdKind } from "#shared/ids.ts";
import { ApiError, isSignedOut } from "../api-client.ts";
import { AgentBusy } from "./renew-agent.ts";

export interface Named<K extends IdKind> {
  readonly id: Id<K>;
  readonly name: string | null; // null for the person's own vault
}

/** Not brought under the new keys, and why. */
export interface Stuck<K extends IdKind> extends Named<K> {
  readonly error: Error;
}

/**
 * One after the other. What is shown falsely, refused, not answered or busy is put aside, and those behind it do not wait for it: otherwise
 * one vault in trouble would leave every other thing under the keys of before. What is said to be gone, and is listed all the same, is put
 * aside too: the keys that open it are still needed.
 * @param isListed asked of what is said to be gone
 * @throws ApiError when nobody is signed in any more
 */
export async function eachOf<T extends Named<IdKind>>(
  things: readonly T[],
  {
    work,
    isListed,
    onDone,
  }: {
    readonly work: (thing: T) => Promise<void>;
    readonly isListed: (thing: T) => Promise<boolean>;
    readonly onDone: (done: number) => void;
  },
): Promise<(Pick<T, "id" | "name"> & { readonly error: Error })[]> {
  const stuck: (Pick<T, "id" | "name"> & { readonly error: Error })[] = [];
  onDone(0);
  for (const [at, thing] of things.entries()) {
    const error = await troubleOf(work(thing), () => isListed(thing));
    if (error) stuck.push({ id: thing.id, name: thing.name, error });
    onDone(at + 1 - stuck.length);
  }
  return stuck;
}

/** Why it was not done. What was deleted meanwhile, or what one was removed from, is done. */
export async function troubleOf(
  work: Promise<unknown>,
  isListed: () => Promise<boolean> = async () => false,
): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (isSignedOut(error)) throw error;
    if (error instanceof ApiError && GONE.includes(error.code)) return (await isListed()) ? error : undefined;
    if (error instanceof ApiError || error instanceof CryptoError || error instanceof AgentBusy) return error;
    if (error instanceof z.ZodError) return error; // it answered what no contract knows
    throw error;
  }
}

const GONE: readonly string[] = ["vault.not_found", "agent.not_found"];
