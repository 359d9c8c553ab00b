/** The shortest text that is read back as the same number, with a point, as YAML 1.1 wants it before an exponent. */
export function decimal(value: number): string {
  const text = String(value);
  if (text.includes(".")) return text;
  return text.includes("e") ? text.replace("e", ".0e") : `${text}.0`;
}

/** Three numbers from `at` on. */
export function decimalRow(numbers: ArrayLike<number>, at: number): string {
  return `${decimal(numbers[at])} ${decimal(numbers[at + 1])} ${decimal(numbers[at + 2])}`;
}
