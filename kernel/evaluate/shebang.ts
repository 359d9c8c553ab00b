/** A `#!` on the first line as a comment of the same length: all offsets stay. */
export function withoutShebang(code: string): string {
  return code.replace(/^(\uFEFF?)#!/, "$1//");
}
