/**
 * Calls `onGone` once when the process that started the kernel no longer runs, so that no kernel is
 * left behind. Runs in the protocol worker: a cell that keeps MAIN busy must not keep the kernel alive.
 */
export function watchParent(pid: number, onGone: () => void, intervalMs = 1000): () => void {
  // A dead parent that nobody has waited for still takes signals; being adopted shows it sooner.
  const isChild = process.ppid === pid;
  const timer = setInterval(() => {
    if (isChild ? process.ppid === pid : isAlive(pid)) return;
    clearInterval(timer);
    onGone();
  }, intervalMs);
  return () => clearInterval(timer);
}

/** The pid a Jupyter client names; 0 and 1 say nothing about who cares for the kernel. */
export function parentPid(env: NodeJS.ProcessEnv = process.env): number | undefined {
  const pid = Number(env.JPY_PARENT_PID);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
