import type { MessagePort } from "node:worker_threads";
import type { ModuleCompilation } from "./compile/compile-module.js";
import type { CompiledCell } from "./compile-cell.js";
import type { CellError, CellOutcome, CellOutput, CommMessage } from "./evaluator.js";
import type { TypecheckMode } from "./magics/catalogue.js";

/** A cell on its way to MAIN. */
export interface RunRequest {
  /** Counts the cells of the session from 1; 0 stands for no cell. */
  readonly serial: number;
  /** File name of the cell's script in stacks: `cell [3]`. */
  readonly label: string;
  readonly code: string;
  readonly cell: CompiledCell;
  readonly expressions: Readonly<Record<string, CompiledCell | CellError>>;
  /** How the cell was checked. */
  readonly typecheck: TypecheckMode;
  /** By name, for `%who`. */
  readonly variableTypes: Readonly<Record<string, string>>;
  readonly silent: boolean;
  readonly allowStdin: boolean;
}

/** Protocol worker to MAIN. */
export type ToMain =
  | {
      readonly type: "open";
      readonly ring: SharedArrayBuffer;
      /** One int32: 1 once the answer to a prompt lies in `inputPort`. */
      readonly inputSignal: SharedArrayBuffer;
      readonly inputPort: MessagePort;
      /** One int32: how many handlers are under way. */
      readonly handlerCount: SharedArrayBuffer;
      /** One int32: 1 once a compiled file lies in `compilerPort`. */
      readonly compilerSignal: SharedArrayBuffer;
      readonly compilerPort: MessagePort;
    }
  | { readonly type: "run"; readonly request: RunRequest }
  | ({ readonly type: "comm" } & CommDelivery)
  /** The kernel has loaded what it needs: much of what that took can be given back. */
  | { readonly type: "rest" }
  /** Asks MAIN to give a cell up; the answer to this very attempt proves that MAIN is free again. */
  | { readonly type: "settle"; readonly serial: number; readonly attempt: number };

/** A comm message on its way to MAIN. */
export interface CommDelivery {
  /** Counts from 1; MAIN takes them in this order only. */
  readonly sequence: number;
  /** msg_id. */
  readonly id: string;
  readonly message: CommMessage;
}

/** A local file that MAIN imports and cannot compile itself. */
export interface CompilerQuestion {
  readonly attempt: number;
  readonly file: string;
  readonly code: string;
}

export type CompilerAnswer = { readonly attempt: number } & (
  | { readonly result: ModuleCompilation }
  | { readonly failure: string }
);

/** An output before its parent is known by the id of the request. */
export type MainOutput = WithoutParent<CellOutput>;

type WithoutParent<T> = T extends unknown ? Omit<T, "parentId"> : never;

/**
 * MAIN to protocol worker. `barrier` is the message's place in the text ring: text written before it
 * is delivered before it, text written after it, after.
 */
export type FromMain =
  | {
      readonly type: "ready";
      readonly interruptCounters: Int32Array;
      /** Bytes that V8 allows MAIN's heap. */
      readonly heapLimit: number;
      /** [0]: how often V8 has found the heap at its limit. */
      readonly heapAlarms: Int32Array;
    }
  | { readonly type: "text" }
  | { readonly type: "compile"; readonly question: CompilerQuestion }
  | {
      readonly type: "output";
      readonly barrier: number;
      readonly serial: number;
      /** Of the comm message that this one answers. */
      readonly parentId?: string;
      readonly output: MainOutput;
    }
  | {
      readonly type: "done";
      readonly barrier: number;
      readonly serial: number;
      readonly outcome: CellOutcome;
    }
  /** A comm message has reached its handlers; these have run. */
  | {
      readonly type: "comm";
      readonly sequence: number;
      readonly state: "taken" | "handled";
    }
  /** The variables of all cells before this one are gone. */
  | { readonly type: "forget"; readonly serial: number }
  | { readonly type: "settled"; readonly barrier: number; readonly attempt: number };
