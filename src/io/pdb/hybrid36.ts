const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Numbers of a fixed width that go on in base 36 where the decimals end: after 9999 comes A000, after
 * ZZZZ a000 (R. W. Grosse-Kunstleve, "Hybrid-36", cci.lbl.gov/hybrid_36). Undefined: none.
 */
export function parseHybrid(text: string): number | undefined {
  const word = text.trim();
  if (/^-?\d+$/.test(word)) return Number(word);
  const width = text.length;
  if (word.length !== width) return undefined;
  const isUpper = /^[A-Z][A-Z\d]*$/.test(word);
  if (!isUpper && !/^[a-z][a-z\d]*$/.test(word)) return undefined;
  const value = [...word.toUpperCase()].reduce((sum, c) => 36 * sum + digits.indexOf(c), 0);
  const first = 10 * 36 ** (width - 1);
  return value - first + 10 ** width + (isUpper ? 0 : 26 * 36 ** (width - 1));
}

/** Undefined: too large for the width, even in base 36. */
export function hybridText(value: number, width: number): string | undefined {
  if (value < 10 ** width) {
    const text = String(value);
    return text.length <= width ? text.padStart(width) : undefined;
  }
  const letters = 26 * 36 ** (width - 1);
  const rest = value - 10 ** width;
  if (rest >= 2 * letters) return undefined;
  const text = ((rest % letters) + 10 * 36 ** (width - 1)).toString(36);
  return rest < letters ? text.toUpperCase() : text;
}
