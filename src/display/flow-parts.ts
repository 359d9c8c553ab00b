import type { FlowStep } from "../flow/flow-record.js";
import type { FlowResult } from "../flow/flow-result.js";
import type { FlowState } from "../flow/flow-state.js";

/** What text, page and picture of a flow have in common. */
export interface FlowParts {
  readonly title: string;
  /** "COMMITTED", "ROLLED BACK" */
  readonly verdict: string;
  readonly color: string;
  /** The content that there is now, or why it is the old one. */
  readonly headline: string;
  readonly steps: readonly FlowLine[];
  readonly facts: readonly FlowFact[];
  /** Heads the last column of the facts. */
  readonly made: string;
  readonly remarks: readonly string[];
}

export interface FlowLine {
  readonly name: string;
  readonly mark: string;
  readonly color: string;
  readonly time: string;
  /** Of the longest step. */
  readonly share: number;
  readonly detail: string;
}

export interface FlowFact {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const committedColor = "#2e8b57";
const refusedColor = "#c2410c";
const skippedColor = "#8a8f98";

const marks: Readonly<Record<FlowStep["status"], string>> = {
  running: "…",
  done: "✓",
  skipped: "–",
  failed: "✗",
  cancelled: "✗",
};

export function flowParts(result: FlowResult): FlowParts {
  const { committed, reason, record, crystal, stability, warnings } = result;
  const index = stability === undefined ? "" : `, stability index ${stability.index.toFixed(2)}`;
  const longest = Math.max(...record.map(({ ms }) => ms), 1e-9);
  const what = result.patternId === undefined ? "" : `: ${result.patternId}`;
  return {
    title: `${result.name}${what}`,
    verdict: committed ? "COMMITTED" : "ROLLED BACK",
    color: committed ? committedColor : refusedColor,
    headline: committed
      ? `${crystal.cellFormula}, ${sitesText(crystal.siteCount)}${index}`
      : `${reason?.message ?? ""} (${reason?.code}). The crystal is the one that was given.`,
    steps: record.map((step) => lineOf(step, longest)),
    facts: factsOf(result),
    made: committed ? "after" : "not kept",
    remarks: warnings.map(({ message }) => message),
  };
}

function lineOf({ step, status, ms, detail }: FlowStep, longest: number): FlowLine {
  const isBad = status === "failed" || status === "cancelled" || step === "rollback";
  const color = isBad ? refusedColor : status === "done" ? committedColor : skippedColor;
  const mark = step === "rollback" && status === "done" ? "↩" : marks[status];
  return { name: step, mark, color, time: msText(ms), share: ms / longest, detail };
}

function factsOf({ before, after }: FlowResult): FlowFact[] {
  const row = (name: string, of: (state: FlowState) => string): FlowFact => ({
    name,
    before: before === undefined ? "" : of(before),
    after: after === undefined ? "" : of(after),
  });
  if (before === undefined && after === undefined) return [];
  return [
    row("content", ({ crystal }) => crystal.cellFormula),
    row("energy (eV/atom)", ({ energyPerAtom }) => figures(energyPerAtom, 4)),
    row("longest force (eV/Å)", ({ fmax }) =>
      fmax < 1e-3 ? fmax.toExponential(1) : figures(fmax, 3),
    ),
    row("volume (Å³/atom)", ({ volumePerAtom }) => figures(volumePerAtom, 3)),
  ];
}

function figures(value: number, digits: number): string {
  const text = Math.abs(value) < 1e6 ? value.toFixed(digits) : value.toExponential(2);
  return text.replace("-", "−");
}

function sitesText(count: number): string {
  return count === 1 ? "1 site" : `${count} sites`;
}

/** "0.4 ms", "23 ms", "1.3 s" */
function msText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
