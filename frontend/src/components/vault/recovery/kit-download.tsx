import { useMutation } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { useId, useState } from "react";
import { type KitSecret, keyIdOf } from "#shared/client/recovery/kit/facts.ts";
import { useMe } from "../../../lib/use-me.ts";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Button } from "../../button.tsx";
import { saveFile } from "./save-file.ts";

/** Words or key which were made a moment ago: only then can they stand on the sheet, and only if their owner says so. */
type Fresh = Exclude<KitSecret, { readonly kind: "blank" }>;

const NAMES = { phrase: "words", key: "key" } as const;

/** A sheet to print, drawn on this device. What draws it comes when it is asked for. */
export function KitDownload({ fresh }: { fresh?: Fresh }) {
  const [isOnIt, setOnIt] = useState(false);
  const id = useId();
  const { me } = useMe();
  const vault = useVault();
  const draw = useMutation({
    mutationFn: async () => {
      if (!me || vault.is !== "open") return;
      const { drawKit } = await import("#shared/client/recovery/kit/draw-kit.ts");
      const keyId = keyIdOf(vault.account.root.rootSign.publicKey);
      const secret: KitSecret = fresh && isOnIt ? fresh : { kind: "blank" };
      const place = { organisation: me.tenantName, email: me.email, address: location.origin };
      const pdf = await drawKit({ ...place, keyId, madeAt: new Date(), secret });
      saveFile("ocmt-recovery-kit.pdf", new Blob([pdf], { type: "application/pdf" }));
    },
    gcTime: 0,
  });
  if (vault.is !== "open") return null;
  return (
    <div className="flex flex-wrap items-center gap-3 print:hidden">
      <Button look="plain" disabled={draw.isPending} onClick={() => draw.mutate()}>
        <FileDown size={16} aria-hidden /> {draw.isPending ? "Drawing the sheet" : "Recovery kit (PDF)"}
      </Button>
      {fresh && (
        <label htmlFor={id} className="flex min-h-6 items-center gap-2">
          <input id={id} type="checkbox" checked={isOnIt} onChange={({ target }) => setOnIt(target.checked)} />
          with the {NAMES[fresh.kind]} on it
        </label>
      )}
      <p role="status" className="basis-full text-[13px] text-quiet empty:hidden">
        {draw.isSuccess && isOnIt && "Saved. Print it, then delete the file: whoever has it can open the vault."}
        {draw.isSuccess && !isOnIt && "Saved. Print it, and write on it by hand."}
        {draw.isError && "The sheet could not be drawn. Check your connection, then try again."}
      </p>
    </div>
  );
}
