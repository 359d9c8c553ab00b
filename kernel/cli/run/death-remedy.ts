/** Signals that the machine code of a process brings upon itself. */
const CRASHES: ReadonlySet<unknown> = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT"]);
/** V8's last words: it ends the process by SIGABRT, on some systems by SIGTRAP. */
const HEAP_FULL = /heap out of memory|Reached heap limit/i;

const SMALLER =
  "give the cell less to hold at a time, let fewer notebooks run at once (-j), " +
  "or take a machine with more memory";

/**
 * What a reader can do about a kernel that died under a cell.
 *
 * @param data Of the `KernelDied`: `signal`, `exitCode` and `stderr`, if the process was ours.
 */
export function deathRemedy(data: unknown): string {
  const { signal, exitCode, stderr } = data as {
    readonly signal?: string | null;
    readonly exitCode?: number | null;
    readonly stderr?: string;
  };
  if (HEAP_FULL.test(stderr ?? "")) return `the memory of JavaScript was full: ${SMALLER}`;
  if (CRASHES.has(signal)) return CRASHED;
  if (signal === "SIGKILL") {
    return `the system does so when memory runs out: ${SMALLER}`;
  }
  if (typeof signal === "string") {
    return `somebody has sent it ${signal}: a program that the cell started, or one beside it; run it again`;
  }
  if (typeof exitCode === "number") {
    return "code that the cell called has ended the process; run `npx prism doctor` if it did not mean to";
  }
  return "run it again; if that does not help, see what `npx prism doctor` says";
}

const CRASHED =
  "machine code that the cell called has crashed: most often a kernel of your own given to " +
  "`prism.registerKernel`, or a native package from npm, and TypeScript cannot catch that. " +
  "For a kernel of your own, run its tasks in a process of their own, by the option " +
  '`{ isolation: "process" }` of the call: then a crash is an error of that task and the notebook ' +
  "goes on. If the cell uses nothing but Prism, please report it with this cell";
