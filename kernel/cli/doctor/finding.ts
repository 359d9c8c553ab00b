/** One line of `prism doctor`. */
export interface Finding {
  readonly level: "OK" | "WARN" | "FAIL";
  /** What was looked at: "node", "addon", ...; stable, for readers of `--json`. */
  readonly subject: string;
  readonly message: string;
  /** What to do; absent where nothing has to be done. */
  readonly remedy?: string;
}

export function ok(subject: string, message: string): Finding {
  return { level: "OK", subject, message };
}

export function warn(subject: string, message: string, remedy: string): Finding {
  return { level: "WARN", subject, message, remedy };
}

export function fail(subject: string, message: string, remedy: string): Finding {
  return { level: "FAIL", subject, message, remedy };
}
