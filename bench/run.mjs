// Runs the benchmarks: every module of this folder that exports `async function* run(options)`, which
// yields { case, size, secondsMedian, runs, values } for each case. `options.wants(name)` says whether
// a case is asked for; with `options.quick` a module that knows it only shows that it works.
//
//   npm run bench -- [CASE] [--json] [--quick]
//
// CASE is a module ("neighbors") or the beginning of a case of it ("neighbors-half"). With --json
// each case is one line of JSON on stdout, for programs; without, a row of a table.
import { readdir } from "node:fs/promises";
import { parseArgs } from "node:util";

const folder = new URL("./", import.meta.url);
const own = new URL(import.meta.url).pathname.split("/").at(-1);

/** Module name -> its `run`. Modules without one are what the others share. */
async function benchmarks(wanted) {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".mjs") && file !== own);
  const found = new Map();
  for (const file of files.sort()) {
    const name = file.slice(0, -".mjs".length);
    if (wanted !== undefined && wanted !== name && !wanted.startsWith(`${name}-`)) continue;
    const { run } = await import(new URL(file, folder).href);
    if (run !== undefined) found.set(name, run);
  }
  return found;
}

async function* results(wanted, quick) {
  for (const [name, run] of await benchmarks(wanted)) {
    const whole = wanted === undefined || wanted === name;
    const wants = (caseName) => whole || caseName.startsWith(wanted);
    for await (const result of run({ wants, quick })) {
      if (wants(result.case)) yield result;
    }
  }
}

const header = ["case", "size", "median", "runs", "values"];

function row({ case: name, size, secondsMedian, runs, values }) {
  const rest = Object.entries(values ?? {}).map(([key, value]) => `${key}=${short(value)}`);
  return columns(name, size, duration(secondsMedian), runs, rest.join(" "));
}

function columns(name, size, median, runs, values) {
  const numbers = [String(size).padStart(9), String(median).padStart(10), String(runs).padStart(5)];
  return `${String(name).padEnd(28)}${numbers.join("")}  ${values}`;
}

function short(value) {
  return typeof value === "number" && !Number.isInteger(value) ? value.toPrecision(6) : value;
}

function duration(seconds) {
  if (seconds >= 1) return `${seconds.toPrecision(4)} s`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toPrecision(4)} ms`;
  return `${(seconds * 1e6).toPrecision(4)} µs`;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
});
const [wanted] = positionals;
let count = 0;
for await (const result of results(wanted, options.quick)) {
  if (!options.json && count === 0) console.log(columns(...header));
  console.log(options.json ? JSON.stringify(result) : row(result));
  count++;
}
if (count === 0) {
  const known = [...(await benchmarks()).keys()].join(", ");
  console.error(`expected a benchmark, got "${wanted}"; there are ${known}`);
  process.exitCode = 2;
}
