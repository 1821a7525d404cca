import { openAnswer, sealAnswer } from "#shared/crypto/enrolment/answer.ts";
import {
  type EnrolmentRequest,
  openEnrolment,
  sealEnrolment,
  type TypedWords,
  typeWords,
  wordsOfEnrolment,
} from "#shared/crypto/enrolment/request.ts";
import type { Format } from "./formats.ts";
import type { World } from "./world.ts";

/** What passes between a device that asks to be let in and one that is open; all are in `formats.ts`. */
export const ENROLMENT_FORMATS = {
  "enrolment request": {
    make: (w) => sealEnrolment(enrolmentOf(w), w.bytes("blind")),
    open: (bytes, w) => openEnrolment(bytes, typedFor(w)),
  },
  "enrolment answer": {
    make: (w) => {
      const parties = { ephemeral: w.boot.kem.publicKey, device: w.device.sign };
      return sealAnswer({ urk: w.urk, blind: w.bytes("blind") }, enrolmentOf(w), parties);
    },
    open: (bytes, w) => {
      const parties = { ephemeral: w.boot.kem, device: w.device.sign.publicKey, blind: w.bytes("blind") };
      return openAnswer(bytes, enrolmentOf(w), parties);
    },
  },
} as const satisfies Record<string, Format>;

export const enrolmentOf = (w: World): EnrolmentRequest => ({
  ...{ ...w.place, enrolmentId: w.enrolmentId, ephemeralKey: w.boot.kem.publicKey, name: "Firefox on Linux" },
});

/** Stretching is the cost of it, and thousands of alterations are tried against the same words. */
const typed = new Map<number, TypedWords>();
function typedFor(w: World): TypedWords {
  const known =
    typed.get(w.seed) ?? typeWords(wordsOfEnrolment(enrolmentOf(w), w.bytes("blind")).join(" "), enrolmentOf(w));
  typed.set(w.seed, known);
  return known;
}
