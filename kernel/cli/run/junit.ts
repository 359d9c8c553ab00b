import { stripVTControlCharacters } from "node:util";
import { PrismError } from "prism-lab";
import { differenceAsText } from "../check/compare-notebooks.js";
import { CellFailed, CellTimeout } from "../errors.js";
import { type CodeCell, codeCellsOf, firstLine } from "../notebook/document.js";
import type { JobResult } from "./run-job.js";

/**
 * The run as JUnit XML, in the dialect of Ant that test reports of CI systems read: a suite a
 * notebook, a case a cell. Cells that did not run are skipped; what belongs to no cell, such as a
 * kernel that does not start, is a case of its own.
 */
export function junitReport(results: readonly JobResult[]): string {
  const suites = results.map(suiteOf);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="prism run"${counts(suites.flatMap(({ cases }) => cases))} time="${seconds.toFixed(3)}">`,
    ...suites.flatMap(({ name, cases, seconds }) => [
      `  <testsuite name="${attribute(name)}"${counts(cases)} time="${seconds.toFixed(3)}">`,
      ...cases.map((each) => caseElement(name, each)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly type?: string;
  readonly text?: string;
}

interface Suite {
  readonly name: string;
  readonly seconds: number;
  readonly cases: readonly Case[];
}

function suiteOf(result: JobResult): Suite {
  const { job, seconds, failures } = result;
  const cells = codeCellsOf(job.notebook);
  const cases = cells.map((cell, at) => cellCase(cell, at + 1, result));
  const homeless = failures.filter(
    (error) => indexOf(error) === undefined && codeOf(error) !== "OUTPUTS_DIFFER",
  );
  const others = homeless.map(
    (error): Case => ({ name: "notebook", seconds: 0, ...fault("error", error) }),
  );
  return { name: job.file, seconds, cases: [...cases, ...others] };
}

function cellCase(cell: CodeCell, index: number, result: JobResult): Case {
  const { cells, differences, failures, state } = result;
  const ran = cells.find((each) => each.index === index);
  const base = { name: `cell ${index}: ${firstLine(cell.source)}`, seconds: ran?.seconds ?? 0 };
  const error = failures.find((each) => indexOf(each) === index);
  if (error !== undefined) {
    const isFailure = error instanceof CellFailed || error instanceof CellTimeout;
    return { ...base, ...fault(isFailure ? "failure" : "error", error) };
  }
  const difference = differences.find((each) => each.index === index);
  if (difference) {
    const text = differenceAsText(difference);
    return { ...base, kind: "failure", type: "OUTPUTS_DIFFER", text };
  }
  if (ran?.status === "skipped") return { ...base, kind: "skipped", text: "tagged skip-execution" };
  if (ran === undefined) {
    return { ...base, kind: "skipped", text: state === "up to date" ? state : "did not run" };
  }
  return { ...base, kind: "passed", ...(ran.error ? { text: messageOf(ran.error) } : {}) };
}

function fault(kind: "failure" | "error", error: unknown): Pick<Case, "kind" | "type" | "text"> {
  return { kind, type: codeOf(error), text: messageOf(error) };
}

/** The cell that an error belongs to, counted from 1. */
function indexOf(error: unknown): number | undefined {
  if (!(error instanceof PrismError)) return undefined;
  return (error.data as { readonly index?: number } | undefined)?.index;
}

function codeOf(error: unknown): string {
  if (error instanceof PrismError) return error.code;
  return error instanceof Error ? error.name : "Error";
}

function messageOf(error: unknown): string {
  return stripVTControlCharacters(error instanceof Error ? error.message : String(error));
}

function counts(cases: readonly Case[]): string {
  const count = (kind: Case["kind"]): number => cases.filter((each) => each.kind === kind).length;
  return (
    ` tests="${cases.length}" failures="${count("failure")}"` +
    ` errors="${count("error")}" skipped="${count("skipped")}"`
  );
}

function caseElement(suite: string, { name, seconds, kind, type, text = "" }: Case): string {
  const head = `    <testcase classname="${attribute(suite)}" name="${attribute(name)}" time="${seconds.toFixed(3)}"`;
  if (kind === "passed" && text === "") return `${head}/>`;
  // An error that was allowed is no failure, but its text is worth keeping.
  if (kind === "passed") return `${head}><system-err>${content(text)}</system-err></testcase>`;
  if (kind === "skipped") return `${head}><skipped message="${attribute(text)}"/></testcase>`;
  const message = attribute(firstLine(text, 200));
  return `${head}><${kind} type="${attribute(type ?? "")}" message="${message}">${content(text)}</${kind}></testcase>`;
}

/** What XML 1.0 (section 2.2) does not allow, not even escaped: most control characters, halves of pairs. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function content(text: string): string {
  return text
    .replace(FORBIDDEN, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

/** A reader would turn the line breaks of an attribute into blanks. */
function attribute(text: string): string {
  return content(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
