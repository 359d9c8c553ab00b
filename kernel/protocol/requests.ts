import { Fields } from "./fields.js";
import type { JsonObject } from "./json.js";

/** The content of a request, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

export interface ExecuteRequest {
  readonly code: string;
  /** No output, no count, no history. */
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly allowStdin: boolean;
  /** A failure of this cell aborts the cells that wait behind it. */
  readonly stopOnError: boolean;
}

export interface CompleteRequest {
  readonly code: string;
  /** In code points. */
  readonly cursorPos: number;
}

export interface InspectRequest extends CompleteRequest {
  readonly detailLevel: 0 | 1;
}

export type HistoryRequest =
  | { readonly access: "tail"; readonly output: boolean; readonly n: number }
  | {
      readonly access: "range";
      readonly output: boolean;
      /** 0 and below count back from the running session. */
      readonly session: number;
      readonly start: number;
      /** Exclusive. */
      readonly stop: number;
    }
  | {
      readonly access: "search";
      readonly output: boolean;
      /** A glob: `*`, `?`. */
      readonly pattern: string;
      readonly n: number;
      readonly unique: boolean;
    };

export interface CommContent {
  readonly commId: string;
  readonly targetName?: string;
  readonly data: unknown;
}

export function readExecuteRequest(content: JsonObject): Checked<ExecuteRequest> {
  return read(content, (fields) => {
    const silent = fields.boolean("silent", false);
    return {
      code: fields.string("code"),
      silent,
      storeHistory: fields.boolean("store_history", true) && !silent,
      userExpressions: fields.strings("user_expressions"),
      allowStdin: fields.boolean("allow_stdin", false),
      stopOnError: fields.boolean("stop_on_error", true),
    };
  });
}

export function readCompleteRequest(content: JsonObject): Checked<CompleteRequest> {
  return read(content, (fields) => ({
    code: fields.string("code"),
    cursorPos: fields.integer("cursor_pos", Number.MAX_SAFE_INTEGER),
  }));
}

export function readInspectRequest(content: JsonObject): Checked<InspectRequest> {
  return read(content, (fields) => ({
    code: fields.string("code"),
    cursorPos: fields.integer("cursor_pos", Number.MAX_SAFE_INTEGER),
    detailLevel: fields.integer("detail_level", 0) > 0 ? 1 : 0,
  }));
}

export function readCode(content: JsonObject): Checked<string> {
  return read(content, (fields) => fields.string("code"));
}

export function readHistoryRequest(content: JsonObject): Checked<HistoryRequest> {
  return read(content, (fields) => {
    const output = fields.boolean("output", false);
    const access = fields.oneOf("hist_access_type", ["tail", "range", "search"]);
    const n = fields.integer("n", Number.MAX_SAFE_INTEGER);
    if (access === "tail") return { access, output, n };
    if (access === "search") {
      const unique = fields.boolean("unique", false);
      return { access, output, n, unique, pattern: fields.string("pattern", "*") };
    }
    return {
      access,
      output,
      session: fields.integer("session", 0),
      start: fields.integer("start", 0),
      stop: fields.integer("stop", Number.MAX_SAFE_INTEGER),
    };
  });
}

export function readCommContent(content: JsonObject): Checked<CommContent> {
  return read(content, (fields) => {
    const targetName = fields.string("target_name", "");
    return {
      commId: fields.string("comm_id"),
      ...(targetName === "" ? {} : { targetName }),
      data: content.data ?? {},
    };
  });
}

/** `target_name`, or `undefined` for all targets. */
export function readCommInfoRequest(content: JsonObject): Checked<string | undefined> {
  return read(content, (fields) => fields.string("target_name", "") || undefined);
}

export function readShutdownRequest(content: JsonObject): Checked<boolean> {
  return read(content, (fields) => fields.boolean("restart", false));
}

export function readInputReply(content: JsonObject): Checked<string> {
  return read(content, (fields) => fields.string("value"));
}

function read<T>(content: JsonObject, take: (fields: Fields) => T): Checked<T> {
  const fields = new Fields(content);
  const value = take(fields);
  return fields.problem === undefined
    ? { ok: true, value }
    : { ok: false, problem: fields.problem };
}
