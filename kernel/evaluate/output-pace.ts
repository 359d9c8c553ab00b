import { Buffer } from "node:buffer";

/**
 * What a Jupyter server lets through: bytes a second in streams, messages a second, both over a window
 * that is forgotten whenever the kernel is idle. Beyond, it drops whatever comes, results included.
 * As in jupyter_server and notebook: `iopub_data_rate_limit`, `iopub_msg_rate_limit`, `rate_limit_window`.
 */
const SERVER = { bytesPerSecond: 1e6, messagesPerSecond: 1000, windowMs: 3000 };

/** The rest is for what is said beside the cell, and for a server that is slow to look. */
const USED_SHARE = 0.9;
const WINDOW_MS = SERVER.windowMs + 200;

/**
 * A message counts as so many bytes of text, so that the limit of messages is kept along with that of
 * bytes; half as much again as the two stand to each other, since a busy server is late to look, and then
 * finds many.
 */
export const MESSAGE_COST: number = (1.5 * SERVER.bytesPerSecond) / SERVER.messagesPerSecond;

/** This share of the window leaves as fast as it comes. */
const FREE_SHARE = 0.5;

/** A front end draws the whole text of the cell anew with every batch: a page is to keep up. */
const PACED_BATCH_MS = 1000;

/** Keeps what the kernel publishes within what a Jupyter server passes on. */
export class OutputPace {
  /** Bytes that may leave within any window. */
  private readonly budget: number;
  private readonly sent: { readonly at: number; readonly bytes: number }[] = [];
  private inWindow = 0;

  /** @param bytesPerSecond The server's limit; 0 for none, as in its own settings. */
  constructor(bytesPerSecond: number = SERVER.bytesPerSecond) {
    const limit = bytesPerSecond === 0 ? Number.POSITIVE_INFINITY : bytesPerSecond;
    this.budget = (USED_SHARE * limit * SERVER.windowMs) / 1000;
  }

  private get isUnlimited(): boolean {
    return this.budget === Number.POSITIVE_INFINITY;
  }

  /** The kernel was idle: the server counts from 0 again. */
  restart(): void {
    this.sent.length = 0;
    this.inWindow = 0;
  }

  /** Bytes that may leave now, if the last batch left `intervalMs` ago; 0 or less: none. */
  room(now: number): number {
    this.expire(now);
    if (!this.isPaced) return FREE_SHARE * this.budget - this.inWindow;
    const left = this.budget - this.inWindow;
    const untilMore = (this.sent[0]?.at ?? now) + WINDOW_MS - now;
    // Spread, so that a reader sees text at any time and not once in three seconds.
    return left * Math.min(1, PACED_BATCH_MS / untilMore);
  }

  /** Between two batches; 0 while text may leave as fast as it comes. */
  intervalMs(now: number): number {
    this.expire(now);
    return this.isPaced ? PACED_BATCH_MS : 0;
  }

  spend(bytes: number, now: number): void {
    if (this.isUnlimited || bytes === 0) return;
    this.sent.push({ at: now, bytes });
    this.inWindow += bytes;
  }

  /** Cheap where nothing is limited. */
  costOf(text: string): number {
    return this.isUnlimited ? text.length : textCost(text);
  }

  private get isPaced(): boolean {
    return this.inWindow >= FREE_SHARE * this.budget;
  }

  private expire(now: number): void {
    for (let first = this.sent[0]; first; first = this.sent[0]) {
      if (first.at > now - WINDOW_MS) return;
      this.inWindow -= first.bytes;
      this.sent.shift();
    }
  }
}

/** What text counts between its quotes: in JSON an escape character takes six bytes. */
export function textCost(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
