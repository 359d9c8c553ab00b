/**
 * Jupyter counts `cursor_pos` in Unicode code points, JavaScript strings count UTF-16 units; they
 * differ after the first character outside the basic plane (𝐤, 😀). Both directions clamp to the
 * text, and an unpaired surrogate counts as one code point, as in Python.
 */
export function codePointToUtf16(text: string, codePoints: number): number {
  let offset = 0;
  for (let passed = 0; passed < codePoints && offset < text.length; passed++) {
    offset += isPairAt(text, offset) ? 2 : 1;
  }
  return offset;
}

/** Code points that start before `offset`; in the middle of a pair, the pair is counted. */
export function utf16ToCodePoint(text: string, offset: number): number {
  const end = Math.min(offset, text.length);
  let codePoints = 0;
  for (let at = 0; at < end; codePoints++) at += isPairAt(text, at) ? 2 : 1;
  return codePoints;
}

function isPairAt(text: string, offset: number): boolean {
  return (text.codePointAt(offset) ?? 0) > 0xffff;
}
