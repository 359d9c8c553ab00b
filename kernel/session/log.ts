import { writeSync } from "node:fs";

/**
 * One line on the stderr of the process. Written to the descriptor: `process.stderr` belongs to the
 * notebook, and that of a worker only moves while MAIN is free.
 */
export function log(text: string): void {
  try {
    writeSync(2, `prism kernel: ${text}\n`);
  } catch {
    // Nobody reads stderr any more; there is no other place to say it.
  }
}
