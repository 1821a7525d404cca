import type { ReactNode } from "react";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import { Dialog } from "../../components/dialog.tsx";
import { ChangeRoleForm } from "./forms/change-role-form.tsx";
import { InviteForm } from "./forms/invite-form.tsx";
import { RemoveMemberForm } from "./forms/remove-member-form.tsx";

export type Doing = { readonly act: "invite" } | { readonly act: "change" | "remove"; readonly member: Member };

export interface PeopleDialogProps {
  readonly doing: Doing | undefined;
  readonly me: { readonly userId: Id<"user">; readonly role: Role; readonly tenantName: string };
  /** With what was done, in words, when something was. */
  readonly onClose: (done?: string) => void;
}

/** The one thing being done to people at a time. */
export function PeopleDialog({ doing, me, onClose }: PeopleDialogProps) {
  return (
    <Dialog open={doing !== undefined} title={doing ? titleOf(doing) : ""} onClose={() => onClose()}>
      {doing && contentOf(doing, me, onClose)}
    </Dialog>
  );
}

function titleOf(doing: Doing): string {
  if (doing.act === "invite") return "Invite people";
  return doing.act === "change" ? `Role of ${doing.member.email}` : `Remove ${doing.member.email}`;
}

function contentOf(doing: Doing, me: PeopleDialogProps["me"], onClose: PeopleDialogProps["onClose"]): ReactNode {
  if (doing.act === "invite") {
    return <InviteForm onDone={(sent) => onClose(sent === 1 ? "One invite sent." : `${sent} invites sent.`)} />;
  }
  const { member } = doing;
  const isMyself = member.userId === me.userId;
  if (doing.act === "change") {
    const onDone = () => onClose(`The role of ${member.email} was changed.`);
    return <ChangeRoleForm {...{ member, isMyself, onDone }} me={me.role} />;
  }
  const onDone = () => (isMyself ? location.assign("/") : onClose(`${member.email} was removed.`));
  const onCancel = () => onClose();
  return <RemoveMemberForm {...{ member, isMyself, onDone, onCancel }} tenantName={me.tenantName} />;
}
