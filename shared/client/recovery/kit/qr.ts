import { encode } from "uqr";

/** The squares of a QR code by rows, true for dark, without the quiet zone of four around it. Made where it is shown. */
export const qrOf = (text: string): readonly (readonly boolean[])[] => encode(text, { ecc: "M", border: 0 }).data;
