/** One Ctrl-C may arrive twice: from the terminal, and once more from npm or timeout. */
const SAME_KEYSTROKE_MS = 300;

/**
 * A signal that is aborted by the first Ctrl-C or SIGTERM, so that the kernels end and the partial
 * notebooks are written; a later one ends this process at once.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      first = now;
      controller.abort();
    } else if (now - first > SAME_KEYSTROKE_MS) {
      process.exit(130);
    }
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
