/**
 * The seam between the protocol (session/) and what runs a cell (evaluate/). The session knows only
 * this interface, so its logic is tested with a fake.
 */
export interface Evaluator {
  /** Output of any cell, also of one that has ended (timers, promises). */
  onOutput: (output: CellOutput) => void;
  /** Runs one cell; the session never starts a second one before the first has settled. */
  execute(request: CellRequest): Promise<CellOutcome>;
  /**
   * Stops what runs: the cell, whose pending `execute` settles as `interrupted`, and handlers of comm
   * messages. All variables are kept. Without either it does nothing.
   */
  interrupt(): void;
  /** `cursor` and all offsets here are UTF-16; the protocol layer converts code points. */
  complete(code: string, cursor: number): Promise<Completion>;
  inspect(code: string, cursor: number, detailLevel: 0 | 1): Promise<Inspection>;
  isComplete(code: string): Promise<Completeness>;
  /**
   * A comm message from the front end, handed to user code. Settles when its handlers have run, as
   * far as they do without waiting, or were stopped; never rejects.
   *
   * @param id msg_id of the message; comm messages that its handlers send name it as their parent.
   */
  comm(id: string, message: CommMessage): Promise<void>;
  /** Answer to an `input` output. */
  inputReply(value: string): void;
  close(): Promise<void>;
}

export interface CellRequest {
  /** msg_id of the execute_request; outputs name it as their parent. */
  readonly id: string;
  readonly code: string;
  readonly executionCount: number;
  readonly silent: boolean;
  readonly allowStdin: boolean;
  /** name -> expression, evaluated after the cell. */
  readonly userExpressions: Readonly<Record<string, string>>;
}

export type CellOutcome =
  | {
      readonly status: "ok";
      readonly userExpressions: Readonly<Record<string, unknown>>;
      readonly payload: readonly Payload[];
    }
  | CellError
  | { readonly status: "interrupted"; readonly traceback: readonly string[] };

export interface CellError {
  readonly status: "error";
  readonly ename: string;
  readonly evalue: string;
  /** Lines with ANSI colours, ready for the front end. */
  readonly traceback: readonly string[];
}

export interface Payload {
  readonly source: "page" | "set_next_input";
  readonly [key: string]: unknown;
}

export type MimeBundle = Readonly<Record<string, unknown>>;

/** `parentId`: id of the cell that caused it, or of the comm message that a comm message answers. */
export type CellOutput =
  | {
      readonly kind: "stream";
      readonly parentId: string;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly kind: "result";
      readonly parentId: string;
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
    }
  | {
      readonly kind: "display";
      readonly parentId: string;
      readonly data: MimeBundle;
      readonly metadata: MimeBundle;
      readonly displayId?: string;
      readonly update: boolean;
    }
  | { readonly kind: "clear"; readonly parentId: string; readonly wait: boolean }
  | { readonly kind: "error"; readonly parentId: string; readonly error: CellError }
  | {
      readonly kind: "input";
      readonly parentId: string;
      readonly prompt: string;
      readonly password: boolean;
    }
  | { readonly kind: "comm"; readonly parentId: string; readonly message: CommMessage };

export interface CommMessage {
  readonly type: "comm_open" | "comm_msg" | "comm_close";
  readonly commId: string;
  readonly targetName?: string;
  readonly data: unknown;
  readonly metadata: MimeBundle;
  readonly buffers: readonly Uint8Array[];
}

export interface Completion {
  readonly matches: readonly CompletionMatch[];
  readonly start: number;
  readonly end: number;
}

export interface CompletionMatch {
  readonly text: string;
  /** TypeScript's element kind: "function", "property", "class", "const", ... */
  readonly type: string;
  readonly signature?: string;
}

export interface Inspection {
  readonly found: boolean;
  readonly data: MimeBundle;
}

export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid" | "unknown";
  readonly indent: string;
}
