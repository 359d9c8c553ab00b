import { performance } from "node:perf_hooks";
// Not the globals: those remember the cell that sets them, and fall silent when it is stopped.
import { clearTimeout, setTimeout } from "node:timers";
import type { MimeBundle } from "../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { JSON, Map, Math } from "../intrinsics.js";
import { type LiveObject, reasonOf } from "./bundle.js";
import type { CellTracker, LiveCell } from "./cell-tracker.js";
import type { Outbox } from "./outbox.js";

const LEAST_INTERVAL_MS = 250;
/** Longer than this `setTimeout` takes for 1 ms. */
const MOST_INTERVAL_MS = 2 ** 31 - 1;
/** Of the main thread's time, at most, for a display that is slow to draw. */
const LARGEST_SHARE = 0.1;
/** Outputs kept up to date at once: a cell may show a fresh object in every turn of a loop. */
const MOST_OUTPUTS = 32;
/** Drawings that did not come to their end, because the stop button ended them, before giving up. */
const MOST_UNFINISHED = 2;

/** Where an object is shown. */
export interface Place {
  readonly displayId: string;
  readonly cell: LiveCell | undefined;
  readonly metadata: MimeBundle;
}

interface LiveOutput extends Place {
  readonly live: LiveObject;
  /** The bundle on display, as JSON. */
  text: string;
  timer: NodeJS.Timeout | undefined;
  drawMs: number;
  unfinished: number;
  /** It has said so itself. */
  isChanged: boolean;
}

/**
 * Keeps outputs of live objects up to date, in the name of the cell that showed them. Nobody waits
 * for it: a cell ends, and the process may, whatever is on display.
 */
export class LiveDisplays {
  private readonly outbox: Outbox;
  private readonly tracker: CellTracker;
  /** By display id, oldest first. */
  private readonly outputs = new Map<string, LiveOutput>();

  constructor(outbox: Outbox, tracker: CellTracker) {
    this.outbox = outbox;
    this.tracker = tracker;
  }

  /** Shows a live object, and keeps this output up to date; the object's older ones rest as it is now. */
  show(live: LiveObject, data: MimeBundle, place: Place, update: boolean): void {
    const { displayId, cell, metadata } = place;
    if (cell?.isStopped === true) return;
    this.outbox.output({ kind: "display", data, metadata, displayId, update }, cell);
    const text = JSON.stringify(data);
    for (const output of this.outputs.values()) {
      if (output.live.value !== live.value) continue;
      this.update(output, data, text);
      this.end(output);
    }
    this.release(displayId);
    const output: LiveOutput = {
      ...place,
      live,
      text,
      timer: undefined,
      drawMs: 0,
      unfinished: 0,
      isChanged: false,
    };
    this.outputs.set(displayId, output);
    const oldest = this.outputs.values().next().value;
    if (this.outputs.size > MOST_OUTPUTS && oldest !== undefined) this.end(oldest);
    this.schedule(output);
  }

  /** Something else is shown there now. */
  release(displayId: string): void {
    const output = this.outputs.get(displayId);
    if (output !== undefined) this.end(output);
  }

  /** Objects that need not be asked because they tell: drawn at the end of the running cell, or soon. */
  changed(isConcerned: (value: object) => boolean): void {
    for (const output of this.outputs.values()) {
      if (output.isChanged || !isConcerned(output.live.value)) continue;
      output.isChanged = true;
      this.schedule(output);
    }
  }

  /** At the end of a cell, so that a notebook saved now holds how things stood. */
  refreshOf(cell: LiveCell): void {
    for (const output of [...this.outputs.values()]) {
      if (output.cell === cell || output.isChanged) this.refresh(output);
    }
  }

  private schedule(output: LiveOutput): void {
    const { live, drawMs } = output;
    const interval = output.isChanged ? 0 : live.intervalMs || 0;
    const wait = Math.max(LEAST_INTERVAL_MS, interval, drawMs / LARGEST_SHARE);
    const refresh = (): void => this.refresh(output);
    clearTimeout(output.timer);
    output.timer = setTimeout(refresh, Math.min(wait, MOST_INTERVAL_MS)).unref();
  }

  private refresh(output: LiveOutput): void {
    if (output.unfinished === MOST_UNFINISHED) {
      this.end(output);
      return;
    }
    output.isChanged = false;
    // Before the drawing: when the stop button ends that, the rest of this function does not run.
    this.schedule(output);
    output.unfinished += 1;
    const { cell } = output;
    const draw = (): void => this.draw(output);
    if (cell === undefined) draw();
    else this.tracker.run(cell, draw);
    output.unfinished = 0;
  }

  /** Throws nothing: what is thrown in a timer would be reported as the user's own error. */
  private draw(output: LiveOutput): void {
    const { live, cell } = output;
    const start = performance.now();
    try {
      // Asked first: what changes after the last bundle would otherwise never be shown.
      const isDone = live.done();
      const data = live.bundle();
      this.update(output, data, JSON.stringify(data));
      if (isDone) this.end(output);
    } catch (error) {
      this.end(output);
      if (cell !== undefined) {
        this.outbox.note(cell, `The live display stays as it is: ${reasonOf(error)}`);
      }
    }
    output.drawMs = performance.now() - start;
  }

  /** @param text The bundle as JSON. */
  private update(output: LiveOutput, data: MimeBundle, text: string): void {
    if (text === output.text) return;
    output.text = text;
    const { displayId, cell, metadata } = output;
    this.outbox.refresh({ kind: "display", data, metadata, displayId, update: true }, cell);
  }

  private end(output: LiveOutput): void {
    clearTimeout(output.timer);
    this.outputs.delete(output.displayId);
  }
}
