import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "@cantoo/pdf-lib";
import { type KitFacts, type KitSecret, kitLinesOf, kitTextOf } from "./facts.ts";
import { qrOf } from "./qr.ts";

/**
 * One sheet of A4 as a PDF, made where it is called: no font, picture or word of it is fetched. Its fonts are those that every reader has,
 * which know Latin letters; others are printed as "?" and stand whole in the QR code.
 */
const A4 = [595.28, 841.89] as const;
const LEFT = 56;
const RIGHT = 539;
const QR_SIDE = 150;
const QUIET_SQUARES = 4;
const INK = rgb(0, 0, 0);
const GREY = rgb(0.35, 0.35, 0.35);

interface Sheet {
  readonly page: PDFPage;
  readonly plain: PDFFont;
  readonly bold: PDFFont;
  readonly mono: PDFFont;
}

export async function drawKit(facts: KitFacts): Promise<Uint8Array<ArrayBuffer>> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle("OCMT recovery kit");
  pdf.setCreationDate(facts.madeAt);
  const sheet: Sheet = {
    page: pdf.addPage([...A4]),
    plain: await pdf.embedFont(StandardFonts.Helvetica),
    bold: await pdf.embedFont(StandardFonts.HelveticaBold),
    mono: await pdf.embedFont(StandardFonts.Courier),
  };
  drawHead(sheet, facts);
  drawSecret(sheet, facts.secret, 515);
  drawAdvice(sheet);
  return Uint8Array.from(await pdf.save());
}

function drawHead({ page, plain, bold, mono }: Sheet, facts: KitFacts): void {
  write(page, "OCMT recovery kit", { x: LEFT, y: 770, size: 22, font: bold });
  write(page, "Opens the vault of this account, and what is shared with it, when the passphrase is lost.", {
    ...{ x: LEFT, y: 748, size: 10.5, font: plain },
  });
  kitLinesOf(facts).forEach(([name, value], at) => {
    const y = 712 - at * 34;
    write(page, name, { x: LEFT, y, size: 9, font: plain, color: GREY });
    const font = name === "Key id" ? mono : bold;
    write(page, value, { x: LEFT, y: y - 14, size: fitting(value, font, RIGHT - QR_SIDE - LEFT - 20), font });
  });
  drawQr(page, kitTextOf(facts), { x: RIGHT - QR_SIDE, top: 726 });
}

function drawQr(page: PDFPage, text: string, { x, top }: { readonly x: number; readonly top: number }): void {
  const rows = qrOf(text);
  const square = QR_SIDE / (rows.length + 2 * QUIET_SQUARES);
  rows.forEach((row, down) => {
    row.forEach((isDark, across) => {
      if (!isDark) return;
      const place = { x: x + (across + QUIET_SQUARES) * square, y: top - (down + QUIET_SQUARES + 1) * square };
      page.drawRectangle({ ...place, width: square, height: square, color: INK });
    });
  });
}

function drawSecret(sheet: Sheet, secret: KitSecret, top: number): void {
  if (secret.kind !== "key") drawWords(sheet, secret.kind === "phrase" ? secret.words.split(" ") : [], top);
  if (secret.kind === "key") drawKey(sheet, secret.key.split("-"), top);
  if (secret.kind === "blank") drawKey(sheet, [], top - 190);
}

const WORDS = 12;
const GROUPS = 9;

/** Twelve numbered places in three columns, in the order in which they are read: down. */
function drawWords({ page, plain, bold, mono }: Sheet, words: readonly string[], top: number): void {
  write(page, "Recovery phrase: twelve words", { x: LEFT, y: top, size: 13, font: bold });
  for (let at = 0; at < WORDS; at++) {
    const x = LEFT + Math.floor(at / 4) * 166;
    const y = top - 36 - (at % 4) * 32;
    write(page, `${at + 1}.`, { x, y, size: 11, font: plain, color: GREY });
    if (words.length > 0) write(page, words[at] ?? "", { x: x + 24, y, size: 13, font: mono });
    else line(page, { x: x + 24, y: y - 3, width: 120 });
  }
}

function drawKey({ page, bold, mono }: Sheet, groups: readonly string[], top: number): void {
  write(page, "Recovery key: nine groups of four", { x: LEFT, y: top, size: 13, font: bold });
  for (let at = 0; at < GROUPS; at++) {
    const place = { x: LEFT + (at % 5) * 96, y: top - 36 - Math.floor(at / 5) * 34 };
    if (groups.length > 0) write(page, groups[at] ?? "", { ...place, size: 15, font: mono });
    else line(page, { ...place, y: place.y - 3, width: 72 });
  }
}

const ADVICE = [
  "Whoever has the words or the key can open the vault. Keep this sheet away from the device it is for.",
  "To use it: open the address above, sign in with the e-mail address, and choose the recovery phrase or key.",
  "Then set a new passphrase: all keys are changed with it, and this sheet opens nothing any more.",
  "Nobody who runs the service can do this for you.",
];

function drawAdvice({ page, plain }: Sheet): void {
  ADVICE.forEach((text, at) => {
    write(page, text, { x: LEFT, y: 118 - at * 16, size: 9.5, font: plain, color: GREY });
  });
}

interface Writing {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly font: PDFFont;
  readonly color?: ReturnType<typeof rgb>;
}

function write(page: PDFPage, text: string, { color = INK, ...place }: Writing): void {
  page.drawText(printable(text, place.font), { ...place, color });
}

const line = (
  page: PDFPage,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): void => page.drawLine({ start: { x, y }, end: { x: x + width, y }, thickness: 0.7, color: GREY });

function printable(text: string, font: PDFFont): string {
  const known = new Set(font.getCharacterSet());
  return Array.from(text, (character) => (known.has(character.codePointAt(0) ?? 0) ? character : "?")).join("");
}

/** Long names are set smaller, down to what can still be read; beyond that they run on, and the QR code has them whole. */
function fitting(text: string, font: PDFFont, width: number): number {
  const wide = font.widthOfTextAtSize(printable(text, font), 1);
  return Math.max(6, Math.min(12, width / Math.max(wide, 1)));
}
