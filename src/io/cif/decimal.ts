/** Every one exact in binary. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, n) => 10 ** n);
/** Below 2⁵³ as a whole number. */
const mostDigits = 15;
const mostUncertainty = 20;

/**
 * The number that `text.slice(start, end)` is, without its standard uncertainty; NaN for texts that
 * are no number or not of the plain kind "-12.345(6)" with at most 15 digits. Both the digits as a
 * whole number and the power of ten are exact, so that one division rounds correctly.
 *
 * @see Clinger, W. D. (1990). SIGPLAN Notices 25(6), 92.
 */
export function decimalOf(text: string, start: number, end: number): number {
  let at = start;
  let code = text.charCodeAt(at);
  const isNegative = code === 45;
  if (isNegative || code === 43) code = text.charCodeAt(++at);
  let value = 0;
  let digits = 0;
  let decimals = -1;
  let hasDigit = false;
  for (; at < end; code = text.charCodeAt(++at)) {
    const digit = code - 48;
    if (digit >= 0 && digit <= 9) {
      value = 10 * value + digit;
      hasDigit = true;
      if (value > 0) digits++;
      if (decimals >= 0) decimals++;
    } else if (code === 46 && decimals < 0) decimals = 0;
    else break;
  }
  if (!hasDigit || digits > mostDigits || decimals >= powersOfTen.length) return Number.NaN;
  if (at < end && !isUncertainty(text, at, end)) return Number.NaN;
  if (decimals > 0) value /= powersOfTen[decimals];
  return isNegative ? -value : value;
}

/** "(5)", "(1.2)"; some programs forget the end. */
function isUncertainty(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start) !== 40) return false;
  const last = text.charCodeAt(end - 1) === 41 && end - 1 > start ? end - 1 : end;
  if (last - start - 1 > mostUncertainty) return false;
  for (let at = start + 1; at < last; at++) {
    const code = text.charCodeAt(at);
    if ((code < 48 || code > 57) && code !== 46) return false;
  }
  return true;
}
