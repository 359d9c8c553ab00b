import { getHeapStatistics } from "node:v8";
import { MessagePort } from "node:worker_threads";
import type { CellOutcome } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Reflect } from "../intrinsics.js";
import type { FromMain, MainOutput } from "../messages.js";
import { type StreamName, TextRingWriter } from "../text-ring.js";
import type { CellTracker, LiveCell } from "./cell-tracker.js";

// A cell may replace the method: without it no cell would ever end.
const { postMessage } = MessagePort.prototype;
const { apply } = Reflect;

/** All that leaves MAIN, in the order in which it was said. */
export class Outbox {
  private readonly port: MessagePort;
  private readonly tracker: CellTracker;
  private readonly ring: TextRingWriter;

  constructor(port: MessagePort, ring: SharedArrayBuffer, tracker: CellTracker) {
    this.port = port;
    this.tracker = tracker;
    this.ring = new TextRingWriter(ring, () => this.post({ type: "text" }));
  }

  text(name: StreamName, text: string): void {
    // Code of a stopped cell that nothing could hold back, such as a library's own loop, is muted.
    if (this.tracker.current?.isStopped === true) return;
    const { owner } = this.tracker;
    if (owner?.sink !== undefined) owner.sink.text(name, text);
    else this.ring.write(owner?.serial ?? 0, name, text);
  }

  /** Note of the kernel itself about a cell. */
  note(cell: LiveCell, text: string): void {
    this.ring.write(cell.serial, "stderr", `${text}\n`);
  }

  output(output: MainOutput, cell: LiveCell | undefined = this.tracker.owner): void {
    if (cell?.isStopped === true) return;
    this.refresh(output, cell);
  }

  /**
   * What the kernel shows in a cell's name, also when that cell was stopped: not the cell's code
   * speaks, and its last picture would go on to show tasks at work that are long cancelled.
   */
  refresh(output: MainOutput, cell: LiveCell | undefined): void {
    const isComm = output.kind === "comm";
    if (cell?.sink !== undefined && !isComm) {
      cell.sink.output(output);
      return;
    }
    const serial = cell?.serial ?? 0;
    const parentId = isComm ? cell?.commMessageId : undefined;
    const parent = parentId === undefined ? {} : { parentId };
    this.post({ type: "output", barrier: this.ring.barrier(), serial, ...parent, output });
  }

  /** How far a comm message from the front end has come. */
  comm(sequence: number, state: "taken" | "handled"): void {
    this.post({ type: "comm", sequence, state });
  }

  done(serial: number, outcome: CellOutcome): void {
    this.post({ type: "done", barrier: this.ring.barrier(), serial, outcome });
  }

  /** The variables of all cells before this one are gone. */
  forget(serial: number): void {
    this.post({ type: "forget", serial });
  }

  settled(attempt: number): void {
    this.post({ type: "settled", barrier: this.ring.barrier(), attempt });
  }

  ready(interruptCounters: Int32Array, heapAlarms: Int32Array): void {
    const { heap_size_limit: heapLimit } = getHeapStatistics();
    this.post({ type: "ready", interruptCounters, heapLimit, heapAlarms });
  }

  private post(message: FromMain): void {
    apply(postMessage, this.port, [message]);
  }
}
