/** 10^0 ... 10^22 are exact doubles. */
export const powersOfTen: readonly number[] = Array.from({ length: 23 }, (_, n) => 10 ** n);

/**
 * The decimal number in text[start, end), correctly rounded, with an exponent after e or, as Fortran
 * writes it, d; NaN if it is anything else, Infinity included.
 *
 * Digits that make a whole number below 2^53 and a power of ten up to 10^22 are both exact, so that
 * one division rounds once (W. D. Clinger, "How to read floating point numbers accurately", 1990).
 */
export function parseNumber(text: string, start: number, end: number): number {
  let i = start;
  const sign = text.charCodeAt(i);
  if (sign === 45 || sign === 43) i++;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let isAfterPoint = false;
  for (; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) {
      mantissa = 10 * mantissa + digit;
      digits++;
      if (isAfterPoint) decimals++;
    } else if (digit === -2 && !isAfterPoint) isAfterPoint = true;
    else break;
  }
  if (digits === 0) return Number.NaN;
  let exponent = 0;
  if (i < end) {
    exponent = parseExponent(text, i, end);
    if (Number.isNaN(exponent)) return exponent;
  }
  const shift = exponent - decimals;
  if (mantissa <= Number.MAX_SAFE_INTEGER && shift >= -22 && shift <= 22) {
    const size = shift < 0 ? mantissa / powersOfTen[-shift] : mantissa * powersOfTen[shift];
    return sign === 45 ? -size : size;
  }
  const value = Number(text.slice(start, end).replace(/[dD]/, "e"));
  return Number.isFinite(value) ? value : Number.NaN;
}

function parseExponent(text: string, start: number, end: number): number {
  const letter = text.charCodeAt(start) | 32;
  if (letter !== 101 && letter !== 100) return Number.NaN;
  let i = start + 1;
  const sign = text.charCodeAt(i);
  if (i < end && (sign === 45 || sign === 43)) i++;
  if (i >= end) return Number.NaN;
  let value = 0;
  for (; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = Math.min(10 * value + digit, 99999);
  }
  return sign === 45 ? -value : value;
}

/** The shortest text that is read back as the same number, -0 being 0. */
export function numberText(value: number): string {
  return String(value);
}

/** Row i of [n, 3] numbers. */
export function vectorText(rows: Float64Array, i: number): string {
  return `${numberText(rows[3 * i])} ${numberText(rows[3 * i + 1])} ${numberText(rows[3 * i + 2])}`;
}
