/**
 * The text that a text field stands for. Its first line may announce, by a backslash at its end, that
 * lines are folded ("\"), or that each carries a prefix ("PREFIX\"), or both ("PREFIX\\").
 *
 * @see Hall, S. R. & McMahon, B. (2005). International Tables G, 2.2.7.4.11.
 * @see Bernstein, H. J. et al. (2016). J. Appl. Cryst. 49, 277, for the prefix.
 */
export function unfolded(field: string): string {
  const announced = /^([^\\\n]*)(\\{1,2})[ \t]*\r?\n/.exec(field);
  if (announced === null) return field;
  const [head, prefix, backslashes] = announced;
  const lines = field.slice(head.length).split("\n");
  if (!lines.every((line) => line.startsWith(prefix))) return field;
  const isFolded = prefix === "" || backslashes === "\\\\";
  const text = lines.map((line) => line.slice(prefix.length)).join("\n");
  return isFolded ? text.replace(/\\[ \t]*\r?(?:\n|$)/g, "") : text;
}
