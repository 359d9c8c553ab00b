/** What the environment of the process sets. */
export interface EvaluatorSettings {
  /** Bytes of text a second that clients take; 0: any number. */
  readonly dataRateLimit: number | undefined;
  /** Bytes that the process may hold. */
  readonly memoryLimit: number | undefined;
}

/** @param log Told of values that are none; they count as absent. */
export function readSettings(
  environment: NodeJS.ProcessEnv,
  log: (text: string) => void,
): EvaluatorSettings {
  const number = (name: string, expected: string, isAllowed: (value: number) => boolean) => {
    const text = environment[name]?.trim() ?? "";
    const value = Number(text);
    if (text === "") return undefined;
    if (isAllowed(value)) return value;
    log(`${name} is ignored: expected ${expected}, got ${JSON.stringify(text)}`);
    return undefined;
  };
  const megabytes = number(
    "PRISM_MEMORY_LIMIT_MB",
    "megabytes, more than 0",
    (value) => Number.isFinite(value) && value > 0,
  );
  return {
    dataRateLimit: number(
      "PRISM_IOPUB_DATA_RATE_LIMIT",
      "bytes per second, or 0 for no limit",
      (value) => Number.isFinite(value) && value >= 0,
    ),
    memoryLimit: megabytes === undefined ? undefined : megabytes * 2 ** 20,
  };
}
