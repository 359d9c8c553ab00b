import type { DisplayOutput, MimeBundle, Output } from "../notebook/document.js";
import { WIDGET_VIEW_MIME } from "../notebook/outputs.js";
import { compareText, type Difference, isClose } from "./compare-text.js";
import { pictureSize } from "./picture-size.js";

/** What differs in the outputs of a cell: where, and how. */
export interface OutputDifference {
  readonly where: string;
  readonly lines: Difference;
}

/** Compares the outputs of one cell; `README.md` says what counts as equal. */
export function compareOutputs(
  stored: readonly Output[],
  now: readonly Output[],
  tolerance: number,
): readonly OutputDifference[] {
  const found: OutputDifference[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    const lines = compareText(streamText(stored, name), streamText(now, name), tolerance);
    if (lines) found.push({ where: name, lines });
  }
  const [before, after] = [stored.filter(isNoStream), now.filter(isNoStream)];
  for (let at = 0; at < Math.max(before.length, after.length); at++) {
    found.push(...compareOutput(before[at], after[at], `output ${at + 1}`, tolerance));
  }
  return found;
}

type OtherOutput = Exclude<Output, { output_type: "stream" }>;

function isNoStream(output: Output): output is OtherOutput {
  return output.output_type !== "stream";
}

function streamText(outputs: readonly Output[], name: "stdout" | "stderr"): string {
  return outputs
    .map((output) => (output.output_type === "stream" && output.name === name ? output.text : ""))
    .join("");
}

function compareOutput(
  stored: OtherOutput | undefined,
  now: OtherOutput | undefined,
  where: string,
  tolerance: number,
): readonly OutputDifference[] {
  if (stored?.output_type !== now?.output_type || !stored || !now) {
    return [{ where, lines: [`- ${kindOf(stored)}`, `+ ${kindOf(now)}`] }];
  }
  if (stored.output_type === "error" || now.output_type === "error") {
    const lines = compareText(kindOf(stored), kindOf(now), tolerance);
    return lines ? [{ where, lines }] : [];
  }
  return compareBundles(stored, now, where, tolerance);
}

function kindOf(output: OtherOutput | undefined): string {
  if (output === undefined) return "nothing";
  if (output.output_type === "error") return `error ${output.ename}: ${output.evalue}`;
  return `${output.output_type} of ${Object.keys(output.data).sort().join(", ")}`;
}

function compareBundles(
  { data: stored }: DisplayOutput,
  { data: now }: DisplayOutput,
  where: string,
  tolerance: number,
): readonly OutputDifference[] {
  const types = [...new Set([...Object.keys(stored), ...Object.keys(now)])].sort();
  const compared = types.filter((mime) => mime !== WIDGET_VIEW_MIME);
  return compared.flatMap((mime) =>
    compareType(mime, stored, now, `${mime} of ${where}`, tolerance),
  );
}

function compareType(
  mime: string,
  stored: MimeBundle,
  now: MimeBundle,
  where: string,
  tolerance: number,
): readonly OutputDifference[] {
  const [before, after] = [stored[mime], now[mime]];
  if (before === undefined || after === undefined) {
    const present = (value: unknown): string => (value === undefined ? "nothing" : mime);
    return [{ where, lines: [`- ${present(before)}`, `+ ${present(after)}`] }];
  }
  if (typeof before !== "string" || typeof after !== "string") {
    return [...jsonDifferences(before, after, where, "", tolerance)];
  }
  const read = mime.startsWith("image/") ? (data: string) => pictureSize(mime, data) : String;
  const lines = compareText(read(before), read(after), tolerance);
  return lines ? [{ where, lines }] : [];
}

function* jsonDifferences(
  stored: unknown,
  now: unknown,
  where: string,
  path: string,
  tolerance: number,
): Generator<OutputDifference> {
  if (isContainer(stored) && isContainer(now) && Array.isArray(stored) === Array.isArray(now)) {
    for (const key of new Set([...Object.keys(stored), ...Object.keys(now)])) {
      const step = Array.isArray(stored) ? `[${key}]` : `${path === "" ? "" : "."}${key}`;
      yield* jsonDifferences(stored[key], now[key], where, `${path}${step}`, tolerance);
    }
    return;
  }
  const lines =
    typeof stored === "string" && typeof now === "string"
      ? compareText(stored, now, tolerance)
      : areEqual(stored, now, tolerance)
        ? undefined
        : [`- ${show(stored)}`, `+ ${show(now)}`];
  if (lines) yield { where: path === "" ? where : `${path} in ${where}`, lines };
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function areEqual(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return isClose(a, b, tolerance);
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
