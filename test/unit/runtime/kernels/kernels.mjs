// Kernels in JavaScript, good and bad, for the tests of this folder.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort } from "node:worker_threads";

const number = (value) => [Float64Array.of(value)];

/** Sum of all inputs times the first parameter. */
export function sum({ inputs, params: [factor = 1] }) {
  return number(factor * inputs.flatMap((view) => [...view]).reduce((a, b) => a + b, 0));
}

export const pid = () => number(process.pid);
export const nothing = () => [];
/** Posts messages that are nobody's. */
export function chatty() {
  for (const message of [null, undefined, "text", { kind: "done" }])
    parentPort.postMessage(message);
  return number(1);
}
export const echo = ({ inputs }) => inputs.map((view) => view.slice());
/** The inputs themselves: over shared memory or not, whole or a part of a buffer. */
export const same = ({ inputs }) => inputs;
export const twice = ({ inputs: [view] }) => [view, view];
export const wasm = () => [new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer)];
export const zeros = ({ params: [length] }) => [new Uint8Array(length)];

/** Adds 1 to every element, in place. */
export function increment({ inputs: [view] }) {
  for (let i = 0; i < view.length; i++) view[i] += 1;
  return [];
}

export async function later({ params: [milliseconds] }) {
  await sleep(milliseconds);
  return number(milliseconds);
}

export const wrongOutput = () => [Float64Array.of(1), "two"];
export const noOutput = () => undefined;

export class Odd extends RangeError {
  name = "Odd";
  code = "ODD";
}

export function throws() {
  throw new Odd("this is odd", { cause: new TypeError("the cause of it") });
}

export const throwsText = () => {
  throw "just text";
};

export function talks() {
  console.log("to stdout");
  process.stderr.write("to stderr\n");
  return [];
}

/** Works in steps until it is done or told to stop. */
export function polite({ params: [milliseconds], isCancelled, progress }) {
  const start = performance.now();
  while (performance.now() - start < milliseconds) {
    if (isCancelled()) throw new Error("stopped");
    progress(performance.now() - start, milliseconds);
  }
  progress(milliseconds, milliseconds);
  return number(milliseconds);
}

export function endless() {
  for (;;);
}

export function signals({ params: [signal] }) {
  process.kill(process.pid, signal);
  endless();
}

/** Ends its process unless a file is there, which it makes. */
export function failsOnce({ inputs: [path] }) {
  try {
    writeFileSync(new TextDecoder().decode(path), "", { flag: "wx" });
  } catch {
    return number(2);
  }
  process.kill(process.pid, "SIGKILL");
  endless();
}

export function exits({ params: [code] }) {
  process.exit(code);
}

export function hoards() {
  const kept = [];
  for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
}

/** A system call that no thread can be torn out of. */
export function sleeps({ params: [seconds] }) {
  execFileSync("sleep", [String(seconds)]);
  return [];
}

export function stray() {
  setTimeout(() => {
    throw new Error("nobody caught this");
  });
  return new Promise(() => {});
}
