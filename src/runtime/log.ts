import { createRequire } from "node:module";
import type * as Pino from "pino";
import { show } from "../base/check.js";

type LogMethod = "trace" | "debug" | "info" | "warn" | "error";
type LogFields = Readonly<Record<string, unknown>>;

/**
 * The runtime's log. Where a line costs something to put together, ask for its level first:
 *
 * @example
 * if (log.debugEnabled) log.debug({ task: "powderPattern", queuedMs }, "started");
 */
export interface Log {
  readonly traceEnabled: boolean;
  readonly debugEnabled: boolean;
  readonly infoEnabled: boolean;
  readonly warnEnabled: boolean;
  readonly errorEnabled: boolean;
  trace(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** From the most talkative; a level includes those after it. */
const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof levels)[number];

let opened: Log | undefined;

/**
 * The log of this thread: JSON lines on stderr from the level that the environment variable
 * PRISM_LOG names, or nothing. It never throws: a line that cannot be written is lost.
 */
export function runtimeLog(): Log {
  opened ??= new StderrLog(configured() ?? "silent");
  return opened;
}

/** What is wrong with PRISM_LOG, if anything. */
export function logWarning(): string | undefined {
  if (configured()) return undefined;
  return (
    `nothing is logged: PRISM_LOG must be one of ${levels.join(", ")}; ` +
    `got ${show(process.env.PRISM_LOG)}`
  );
}

/** Undefined for a word that is no level. */
function configured(): LogLevel | undefined {
  const word = process.env.PRISM_LOG?.trim().toLowerCase() || "silent";
  return levels.find((level) => level === word);
}

class StderrLog implements Log {
  readonly traceEnabled: boolean;
  readonly debugEnabled: boolean;
  readonly infoEnabled: boolean;
  readonly warnEnabled: boolean;
  readonly errorEnabled: boolean;
  private readonly level: LogLevel;
  private logger: Pino.Logger | undefined;

  constructor(level: LogLevel) {
    const first = levels.indexOf(level);
    this.level = level;
    this.traceEnabled = first <= levels.indexOf("trace");
    this.debugEnabled = first <= levels.indexOf("debug");
    this.infoEnabled = first <= levels.indexOf("info");
    this.warnEnabled = first <= levels.indexOf("warn");
    this.errorEnabled = first <= levels.indexOf("error");
  }

  trace(fields: LogFields, message: string): void {
    if (this.traceEnabled) this.write("trace", fields, message);
  }

  debug(fields: LogFields, message: string): void {
    if (this.debugEnabled) this.write("debug", fields, message);
  }

  info(fields: LogFields, message: string): void {
    if (this.infoEnabled) this.write("info", fields, message);
  }

  warn(fields: LogFields, message: string): void {
    if (this.warnEnabled) this.write("warn", fields, message);
  }

  error(fields: LogFields, message: string): void {
    if (this.errorEnabled) this.write("error", fields, message);
  }

  private write(method: LogMethod, fields: LogFields, message: string): void {
    try {
      this.logger ??= open(this.level);
      this.logger[method](fields, message);
    } catch {
      // A closed stderr, or fields that throw when read: no reason to fail the task that is logged.
    }
  }
}

function open(level: LogLevel): Pino.Logger {
  const { pino } = createRequire(import.meta.url)("pino") as typeof Pino;
  // Synchronous, so that the last lines before a crash are there.
  const destination = pino.destination({ dest: 2, sync: true });
  // Without a listener, an error of the stream would end the process.
  destination.on("error", () => {});
  return pino({ name: "prism", level }, destination);
}
