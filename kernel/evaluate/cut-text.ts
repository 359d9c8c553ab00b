import { MESSAGE_COST, textCost } from "./output-pace.js";
import type { RingText } from "./text-ring.js";

/** A message of MAIN, in its place among the text. */
export interface PlacedMessage {
  /** Its place in the ring; absent: it passes text, but no message before it. */
  readonly barrier: number | undefined;
  readonly cost: number;
  readonly deliver: () => void;
}

export type Said = RingText | PlacedMessage;

export function isText(said: Said): said is RingText {
  return "text" in said;
}

export function costOf(said: Said): number {
  return isText(said) ? MESSAGE_COST + textCost(said.text) : said.cost;
}

/** All messages, and of the text the end alone, with a note where the rest would stand. */
export function withEndOfText(all: readonly Said[], room: number): readonly Said[] {
  const kept: Said[] = [];
  let left = room;
  let missing = 0;
  let notePlace = 0;
  for (const said of [...all].reverse()) {
    if (!isText(said)) {
      kept.push(said);
      continue;
    }
    const text = endOf(said.text, left);
    if (text !== "") kept.push({ ...said, text });
    left -= costOf({ ...said, text });
    if (text === said.text) continue;
    left = 0;
    if (missing === 0) notePlace = kept.push({ ...said, text: "" }) - 1;
    missing += said.text.length - text.length;
  }
  const note = kept[notePlace];
  if (note !== undefined && isText(note) && missing > 0) {
    kept[notePlace] = { ...note, text: noteOn(missing) };
  }
  return kept.reverse();
}

function noteOn(missing: number): string {
  const amount = missing.toLocaleString("en-GB");
  return `\n[... ${amount} characters that the stopped cell had printed are not shown ...]\n`;
}

/** Whole lines, where there are any. */
function endOf(text: string, room: number): string {
  if (text.length + MESSAGE_COST <= room && textCost(text) + MESSAGE_COST <= room) return text;
  let length = Math.min(text.length, Math.floor(room / 2));
  while (length > 0 && textCost(text.slice(-length)) + MESSAGE_COST > room) length >>= 1;
  if (length === 0) return "";
  const end = text.slice(-length);
  const line = end.indexOf("\n") + 1;
  return line < end.length ? end.slice(line) : "";
}
