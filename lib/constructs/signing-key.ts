import type { RemovalPolicy } from "aws-cdk-lib";
import { AccountRootPrincipal, type IRole, PolicyDocument, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

interface SigningKeyProps {
  readonly description: string;
  readonly signers: readonly IRole[];
  readonly removalPolicy: RemovalPolicy;
}

const ADMINISTER = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:PutKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:GetPublicKey",
  "kms:ListResourceTags",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
  "kms:EnableKey",
  "kms:DisableKey",
  "kms:ScheduleKeyDeletion",
  "kms:CancelKeyDeletion",
];

/**
 * An ES256 key that only the named roles can sign with. The account may administer the key and not sign: `kms:Sign` is left
 * out of its statement, so no IAM policy elsewhere in the account can give it.
 */
export function makeSigningKey(
  scope: Construct,
  id: string,
  { description, signers, removalPolicy }: SigningKeyProps,
): Key {
  return new Key(scope, id, {
    description,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy,
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: "Administer",
          principals: [new AccountRootPrincipal()],
          actions: ADMINISTER,
          resources: ["*"],
        }),
        new PolicyStatement({ sid: "Sign", principals: [...signers], actions: ["kms:Sign"], resources: ["*"] }),
      ],
    }),
  });
}
