import { describe, expect, it } from "vitest";
import { WEB_HEADERS, webHeaders } from "#shared/web-headers.ts";
import { synthesise } from "#test/support/cdk.ts";

const { find } = synthesise("prod");

describe("what must outlive a deployment of prod", () => {
  it("has tables that are protected, encrypted by our key, and can be put back to any second", () => {
    const tables = Object.values(find("AWS::DynamoDB::GlobalTable"));
    expect(tables).toHaveLength(2);
    for (const { Properties, DeletionPolicy } of tables) {
      expect(DeletionPolicy).toBe("Retain");
      expect(Properties["SSESpecification"]).toMatchObject({ SSEEnabled: true, SSEType: "KMS" });
      expect(Properties["TimeToLiveSpecification"]).toEqual({ AttributeName: "ttlSeconds", Enabled: true });
      expect(Properties["StreamSpecification"].StreamViewType).toBe("NEW_AND_OLD_IMAGES");
      const [replica] = Properties["Replicas"];
      expect(replica).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  it("has buckets that are closed to the public, want TLS, and stay", () => {
    const buckets = Object.entries(find("AWS::S3::Bucket")).filter(([id]) => id.startsWith("data/"));
    expect(buckets).toHaveLength(4);
    for (const [, { Properties, DeletionPolicy }] of buckets) {
      expect(DeletionPolicy).toBe("Retain");
      expect(Object.values(Properties["PublicAccessBlockConfiguration"])).toEqual([true, true, true, true]);
    }
    const [, audit] = buckets.find(([id]) => id.includes("Audit")) ?? [];
    expect(audit?.Properties).toMatchObject({ ObjectLockEnabled: true });
  });

  it("keeps both signing keys and the data key", () => {
    for (const [id, { DeletionPolicy }] of Object.entries(find("AWS::KMS::Key"))) {
      expect([id, DeletionPolicy]).toEqual([id, "Retain"]);
    }
  });
});

/** A text of the template, with the name that only a deployment knows left open. */
const textOf = (value: string | { "Fn::Join": [string, (string | object)[]] }): string =>
  typeof value === "string"
    ? value
    : value["Fn::Join"][1].map((part) => (typeof part === "string" ? part : "<bucket>")).join("");

describe("the web origin", () => {
  it("sends the headers of shared/web-headers.ts", () => {
    const [policy] = Object.values(find("AWS::CloudFront::ResponseHeadersPolicy"));
    const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } =
      policy?.Properties["ResponseHeadersPolicyConfig"] ?? {};
    const { MaxAge } = { MaxAge: security.StrictTransportSecurity.AccessControlMaxAgeSec };
    const sent = {
      "content-security-policy": textOf(security.ContentSecurityPolicy.ContentSecurityPolicy),
      "strict-transport-security": `max-age=${MaxAge}; includeSubDomains; preload`,
      "x-content-type-options": "nosniff",
      "x-frame-options": security.FrameOptions.FrameOption,
      "referrer-policy": security.ReferrerPolicy.ReferrerPolicy,
      ...Object.fromEntries(
        custom.Items.map(({ Header, Value }: { Header: string; Value: string }) => [Header, Value]),
      ),
    };
    expect(sent).toEqual(webHeaders("https://s3.us-east-1.amazonaws.com/<bucket>/"));
  });

  it("may put and read signed objects from a page of its own, and from nowhere else", () => {
    const cors = Object.values(find("AWS::S3::Bucket")).flatMap(
      ({ Properties }) => Properties["CorsConfiguration"] ?? [],
    );
    expect(cors).toEqual([
      {
        CorsRules: [
          {
            AllowedOrigins: [expect.stringMatching(/^https:\/\//)],
            AllowedMethods: ["GET", "PUT"],
            AllowedHeaders: ["if-none-match"],
            MaxAge: 3600,
          },
        ],
      },
    ]);
  });

  it("runs no inline script and lets WebAssembly compile", () => {
    expect(WEB_HEADERS["content-security-policy"]).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(WEB_HEADERS["content-security-policy"]).toContain("connect-src 'self'");
  });

  it("is one: the app, the API and the relay", () => {
    const [distribution] = Object.values(find("AWS::CloudFront::Distribution"));
    const { CacheBehaviors: behaviours } = distribution?.Properties["DistributionConfig"] ?? {};
    expect(behaviours.map(({ PathPattern }: { PathPattern: string }) => PathPattern).sort()).toEqual([
      "/.well-known/*",
      "/relay",
      "/v1/*",
    ]);
  });
});
