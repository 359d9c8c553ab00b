/**
 * Advance widths of Open Sans Regular in thousandths of an em, from U+0020 (space) to U+007E (~).
 *
 * @see Table hmtx of OpenSans-Regular.ttf 3.003.
 */
const advances: readonly number[] = [
  ...[260, 264, 398, 646, 572, 827, 729, 219, 295, 295, 551, 572, 259, 322, 263, 367],
  ...[572, 572, 572, 572, 572, 572, 572, 572, 572, 572, 263, 263, 572, 572, 572, 432],
  ...[896, 632, 646, 630, 726, 556, 516, 727, 737, 279, 269, 612, 522, 899, 753, 778],
  ...[602, 778, 617, 548, 551, 729, 596, 923, 578, 559, 572, 327, 367, 327, 572, 438],
  ...[277, 556, 612, 479, 612, 562, 336, 543, 613, 252, 252, 525, 252, 926, 613, 602],
  ...[612, 612, 409, 477, 356, 613, 500, 775, 523, 501, 469, 375, 549, 375, 572],
];

/** Width of the letters that are not in the table: Greek, accented and most others. */
const otherAdvance = 580;

/** Width of one line of text in em, set in Open Sans Regular without kerning. */
export function textWidthEm(text: string): number {
  let sum = 0;
  for (const letter of text) sum += advances[letter.codePointAt(0)! - 32] ?? otherAdvance;
  return sum / 1000;
}
