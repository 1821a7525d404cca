import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Id } from "#shared/ids.ts";
import { bounded } from "../bounded.ts";
import { readEnv } from "../env.ts";
import { assumeTenantRole } from "../tenancy/tenant-credentials.ts";

interface PresignedPut {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>; // signed: sent otherwise, the PUT is refused
}

/** One tenant's objects. `name` is what follows `t/<tenant>/`; the role behind it can reach no other prefix. */
export interface Objects {
  /** For exactly this many bytes, and only while there is no such object. */
  presignPut(tenantId: Id<"tenant">, name: string, bytes: number, seconds: number): Promise<PresignedPut>;
  presignGet(tenantId: Id<"tenant">, name: string, seconds: number): Promise<string>;
  remove(tenantId: Id<"tenant">, names: readonly string[]): Promise<void>;
}

const CLIENTS_MAX = 100;

export function s3Objects(): Objects {
  const { STATE_BUCKET: Bucket } = readEnv("STATE_BUCKET");
  const clientOf = bounded(
    CLIENTS_MAX,
    (tenantId: Id<"tenant">) =>
      // Path style: the one form of address that every S3-compatible endpoint answers to.
      new S3Client({
        credentials: assumeTenantRole(tenantId),
        forcePathStyle: true,
        requestChecksumCalculation: "WHEN_REQUIRED",
      }),
  );
  const keyOf = (tenantId: Id<"tenant">, name: string): string => `t/${tenantId}/${name}`;

  return {
    async presignPut(tenantId, name, bytes, seconds) {
      const headers = { "if-none-match": "*", "content-length": String(bytes) };
      const put = new PutObjectCommand({ Bucket, Key: keyOf(tenantId, name), ContentLength: bytes, IfNoneMatch: "*" });
      const names = new Set(Object.keys(headers));
      const options = { expiresIn: seconds, unhoistableHeaders: names, signableHeaders: new Set([...names, "host"]) };
      return { url: await getSignedUrl(clientOf(tenantId), put, options), headers };
    },

    presignGet: (tenantId, name, seconds) =>
      getSignedUrl(clientOf(tenantId), new GetObjectCommand({ Bucket, Key: keyOf(tenantId, name) }), {
        expiresIn: seconds,
      }),

    async remove(tenantId, names) {
      const client = clientOf(tenantId);
      await Promise.all(
        names.map((name) => client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(tenantId, name) }))),
      );
    },
  };
}
