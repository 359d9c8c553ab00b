import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
// Not the globals: those remember the cell that sets them, and fall silent when it is stopped.
import { clearTimeout, setTimeout } from "node:timers";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { AbortController, Math, Number, Object, Promise } from "../../intrinsics.js";
import { isThenable, type Shown, shown } from "../bundle.js";
import type { LiveCell } from "../cell-tracker.js";
import { CapturedOutput } from "./captured-output.js";
import type { HostParts } from "./widget-host.js";

/** From the start of one call to that of the next, at least: pages draw no faster. */
const CALL_INTERVAL_MS = 50;
/** What a call shows while it runs is drawn as often. */
const FLUSH_INTERVAL_MS = 100;

/** A call under way. */
interface Call {
  readonly turn: LiveCell;
  readonly controller: InstanceType<typeof AbortController>;
  readonly captured: CapturedOutput;
  /** What it throws belongs to the cell. */
  readonly isFirst: boolean;
  isDropped: boolean;
}

/**
 * One output that shows what a function shows, and shows it again on request. One call runs at a
 * time; requests that come meanwhile are one request, and that call is told that it is out of date.
 */
export class Redrawing {
  /** What the last call that came to its end has returned. */
  result: unknown;
  private readonly parts: HostParts;
  private readonly body: (signal: AbortSignal) => unknown;
  private readonly owner: LiveCell | undefined;
  private readonly displayId: string = randomUUID();
  private isShown = false;
  private isWanted = false;
  private isClosed = false;
  private running: Call | undefined;
  /** The call whose output is to be seen, also what it shows after its end. */
  private latest: Call | undefined;
  private startedAt = Number.NEGATIVE_INFINITY;
  private callTimer: NodeJS.Timeout | undefined;
  private flushTimer: NodeJS.Timeout | undefined;
  private settled: Promise<void> | undefined;
  private markSettled: () => void = () => {};

  constructor(parts: HostParts, body: (signal: AbortSignal) => unknown) {
    this.parts = parts;
    this.body = body;
    this.owner = parts.tracker.owner;
  }

  /** Calls at once, within the cell: throws what the function throws. */
  start(): void {
    const settled = this.awaitSettled();
    const failure = this.begin(true);
    if (failure !== undefined) throw failure.error;
    if (this.running === undefined) return;
    this.show();
    this.holdCell(settled);
  }

  /** Takes its place on the page, also with nothing in it yet. */
  show(): void {
    if (!this.isShown) this.flush(true);
  }

  /** Resolves when the output is up to date; a cell that asks for it lasts until then. */
  request(): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    this.isWanted = true;
    this.running?.controller.abort();
    const settled = this.awaitSettled();
    this.holdCell(settled);
    this.schedule();
    return settled;
  }

  close(): void {
    this.isClosed = true;
    this.isWanted = false;
    this.running?.controller.abort();
    clearTimeout(this.callTimer);
    if (this.running === undefined) this.settle();
  }

  private schedule(): void {
    if (this.running !== undefined || this.callTimer !== undefined || !this.isWanted) return;
    // By a timer, so that all messages that have come by then are one call.
    const wait = Math.max(1, this.startedAt + CALL_INTERVAL_MS - performance.now());
    this.callTimer = setTimeout(() => {
      this.callTimer = undefined;
      this.begin(false);
    }, wait);
  }

  /** Returns what the first call has thrown at once. */
  private begin(isFirst: boolean): { readonly error: unknown } | undefined {
    this.isWanted = false;
    this.startedAt = performance.now();
    const captured: CapturedOutput = new CapturedOutput(() => this.flushSoon(captured));
    const turn = this.parts.turns.begin(this.owner, { sink: captured });
    const controller = new AbortController();
    const call: Call = { turn, controller, captured, isFirst, isDropped: false };
    this.running = call;
    this.latest = call;
    turn.whenStopped.add(() => {
      this.isWanted = false;
      this.end(call);
    });
    try {
      const returned = this.parts.tracker.run(turn, () => this.body(controller.signal));
      if (isThenable(returned)) {
        Promise.resolve(returned).then(
          (value) => this.take(call, value),
          (error: unknown) => this.fail(call, error),
        );
      } else {
        this.take(call, returned);
      }
    } catch (error) {
      if (isFirst) {
        this.end(call);
        return { error };
      }
      this.fail(call, error);
    }
    return undefined;
  }

  private take(call: Call, value: unknown): void {
    this.result = value;
    const { turn } = call;
    const content = this.parts.tracker.run(turn, () =>
      value === undefined ? { data: {} } : shown(value),
    );
    const finish = ({ data, problem }: Shown): void => {
      if (Object.keys(data).length > 0)
        call.captured.output({ kind: "result", data, metadata: {} });
      if (problem !== undefined) call.captured.text("stderr", `${problem}\n`);
      if (turn.pending.size === 0) this.end(call);
      else void Promise.allSettled([...turn.pending]).then(() => this.end(call));
    };
    if (isThenable(content)) void Promise.resolve(content).then(finish);
    else finish(content);
  }

  private fail(call: Call, error: unknown): void {
    // It gave up as it was told to: the next one shows how things are.
    call.isDropped = call.controller.signal.aborted && this.isWanted;
    if (!call.isDropped && call.isFirst) this.parts.turns.report(this.owner, error);
    else if (!call.isDropped) this.parts.turns.report(call.turn, error);
    this.end(call);
  }

  private end(call: Call): void {
    if (this.running !== call) return;
    this.running = undefined;
    this.parts.turns.close(call.turn);
    if (!call.isDropped) this.flush();
    if (this.isWanted) this.schedule();
    else this.settle();
  }

  private flushSoon(captured: CapturedOutput): void {
    if (this.latest?.captured !== captured || this.flushTimer !== undefined) return;
    this.flushTimer = setTimeout(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  private flush(isPlaceholder = false): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    if (this.latest?.isDropped === true) return;
    // A blank box would stay where the function shows nothing.
    if (!this.isShown && !isPlaceholder && this.latest?.captured.isEmpty !== false) return;
    const { data, metadata } = this.latest?.captured.bundle() ?? {
      data: { "text/plain": "" },
      metadata: {},
    };
    const { displayId, isShown: update } = this;
    const output = { kind: "display", data, metadata, displayId, update } as const;
    this.parts.outbox.refresh(output, this.owner);
    this.isShown = true;
  }

  private awaitSettled(): Promise<void> {
    this.settled ??= new Promise((resolve) => {
      this.markSettled = resolve;
    });
    return this.settled;
  }

  private settle(): void {
    this.markSettled();
    this.settled = undefined;
  }

  /** Not the function's own call: that would wait for itself. */
  private holdCell(settled: Promise<void>): void {
    const { current } = this.parts.tracker;
    if (current === undefined || this.parts.turns.has(current)) return;
    current.pending.add(settled);
    void settled.then(() => current.pending.delete(settled));
  }
}
