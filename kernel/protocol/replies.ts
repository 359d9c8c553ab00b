import type { JsonObject } from "./json.js";

/** Contents of replies; field names are those on the wire. */
export interface ErrorReply {
  readonly status: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface KernelInfoReply {
  readonly status: "ok";
  readonly protocol_version: string;
  readonly implementation: string;
  readonly implementation_version: string;
  readonly language_info: LanguageInfo;
  readonly banner: string;
  readonly debugger: boolean;
  /** Optional parts of the protocol (JEP 92): "debugger", "kernel subshells". */
  readonly supported_features: readonly string[];
  readonly help_links: readonly { readonly text: string; readonly url: string }[];
}

export interface LanguageInfo {
  readonly name: string;
  readonly version: string;
  readonly mimetype: string;
  readonly file_extension: string;
  readonly pygments_lexer: string;
  readonly codemirror_mode: string;
  readonly nbconvert_exporter: string;
}

export type ExecuteReply =
  | {
      readonly status: "ok";
      readonly execution_count: number;
      readonly user_expressions: JsonObject;
      readonly payload: readonly JsonObject[];
    }
  | (ErrorReply & { readonly execution_count: number })
  | { readonly status: "aborted"; readonly execution_count: number };

export interface CompleteReply {
  readonly status: "ok";
  readonly matches: readonly string[];
  /** In code points, like `cursor_pos`. */
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: {
    readonly _jupyter_types_experimental: readonly CompletionType[];
  };
}

/** What JupyterLab shows beside a match. */
export interface CompletionType {
  readonly text: string;
  readonly type: string;
  readonly signature?: string;
  readonly start: number;
  readonly end: number;
}

export interface InspectReply {
  readonly status: "ok";
  readonly found: boolean;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

export interface IsCompleteReply {
  readonly status: "complete" | "incomplete" | "invalid" | "unknown";
  readonly indent?: string;
}

/** `[session, line, source]`, or `[session, line, [source, output]]` where outputs were asked for. */
export type HistoryTuple = readonly [number, number, string | readonly [string, string | null]];

export interface HistoryReply {
  readonly status: "ok";
  readonly history: readonly HistoryTuple[];
}

export interface CommInfoReply {
  readonly status: "ok";
  readonly comms: Readonly<Record<string, { readonly target_name: string }>>;
}

export function errorReply(
  ename: string,
  evalue: string,
  traceback: readonly string[] = [],
): ErrorReply {
  return { status: "error", ename, evalue, traceback };
}
