import { Buffer } from "node:buffer";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Atomics, Math } from "./intrinsics.js";

// As they were before the first cell, which may replace them.
const { exchange, load, notify, store, wait } = Atomics;

/**
 * Console text on its way from MAIN to the protocol worker, in shared memory: a cell that prints
 * and then computes for a minute has its text shown at once, since nothing has to leave MAIN's event
 * loop; a flood is coalesced by the reader; and memory stays bounded, because a writer that finds
 * the ring full waits for the reader (where the stop button still reaches it).
 *
 * One record: int32 payload bytes, int32 tag, UTF-8 payload, padded to 8 bytes. Positions count
 * bytes modulo 2^32; each side writes only its own. A barrier is a record that stands for a message
 * sent on another way, such as a display: text behind it waits until that message has arrived. It
 * takes far more room than it needs, so that a flood of displays waits for the reader as well.
 */
const HEADER_INTS = 4;
const WRITTEN = 0;
const READ = 1;
/** 1 while the reader has been told of text that it has not come for. */
const NOTIFIED = 2;
/** 1 once nobody reads any more: text is dropped instead of waited for. */
const CLOSED = 3;

const RECORD_HEADER_BYTES = 8;
/** Payload size that means: the rest of the ring is skipped, go on at its start. */
const SKIP = -1;
/** Payload size of a barrier; its tag is the number of the message. */
const BARRIER = -2;
const CAPACITY = 1 << 20;
/** So that at most 64 messages are on their way, each of which may be a large figure. */
const BARRIER_BYTES = 1 << 14;
const MAX_PIECE_CHARS = 1 << 15;
const WAIT_MS = 100;

export type StreamName = "stdout" | "stderr";

export function createTextRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_INTS * 4 + CAPACITY);
}

class RingMemory {
  readonly state: Int32Array;
  readonly words: Int32Array;
  readonly bytes: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.state = new Int32Array(memory, 0, HEADER_INTS);
    this.words = new Int32Array(memory, HEADER_INTS * 4);
    this.bytes = Buffer.from(memory, HEADER_INTS * 4);
  }

  position(index: typeof WRITTEN | typeof READ): number {
    return load(this.state, index) >>> 0;
  }
}

export class TextRingWriter {
  private readonly ring: RingMemory;
  private readonly notify: () => void;
  private lastBarrier = 0;

  /** @param notify Tells the reader, on whatever way leads to it, that there is text. */
  constructor(memory: SharedArrayBuffer, notify: () => void) {
    this.ring = new RingMemory(memory);
    this.notify = notify;
  }

  /** Returns the number that the message sent next has to carry. */
  barrier(): number {
    this.lastBarrier += 1;
    const { words } = this.ring;
    if (this.waitForRoom(BARRIER_BYTES)) {
      const position = this.ring.position(WRITTEN);
      const offset = (position % CAPACITY) / 4;
      words[offset] = BARRIER;
      words[offset + 1] = this.lastBarrier;
      store(this.ring.state, WRITTEN, (position + BARRIER_BYTES) | 0);
    }
    return this.lastBarrier;
  }

  write(serial: number, name: StreamName, text: string): void {
    const tag = serial * 2 + (name === "stderr" ? 1 : 0);
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start);
      if (!this.writePiece(tag, text.slice(start, end))) return;
      start = end;
    }
    if (exchange(this.ring.state, NOTIFIED, 1) === 0) this.notify();
  }

  private writePiece(tag: number, piece: string): boolean {
    const { words, bytes, state } = this.ring;
    const worst = recordBytes(piece.length * 3);
    if (!this.waitForRoom(worst)) return false;
    let position = this.ring.position(WRITTEN);
    let offset = position % CAPACITY;
    if (offset + worst > CAPACITY) {
      words[offset / 4] = SKIP;
      position += CAPACITY - offset;
      offset = 0;
    }
    const length = bytes.write(piece, offset + RECORD_HEADER_BYTES, "utf8");
    words[offset / 4] = length;
    words[offset / 4 + 1] = tag;
    // Published last: a cell that is stopped within this function leaves no half record behind.
    store(state, WRITTEN, (position + recordBytes(length)) | 0);
    return true;
  }

  private waitForRoom(worst: number): boolean {
    const { state } = this.ring;
    for (;;) {
      const written = this.ring.position(WRITTEN);
      const read = this.ring.position(READ);
      const used = (written - read) >>> 0;
      const skipped = CAPACITY - (written % CAPACITY);
      const needed = skipped < worst ? skipped + worst : worst;
      if (used + needed <= CAPACITY) return true;
      if (load(state, CLOSED) === 1) return false;
      if (exchange(state, NOTIFIED, 1) === 0) this.notify();
      wait(state, READ, read | 0, WAIT_MS);
    }
  }
}

export interface RingText {
  readonly serial: number;
  readonly name: StreamName;
  readonly text: string;
}

export class TextRingReader {
  private readonly ring: RingMemory;
  /** The last `read` left text behind that may be shown by now. */
  hasMore = false;
  private arrived = 0;

  constructor(memory: SharedArrayBuffer) {
    this.ring = new RingMemory(memory);
  }

  /**
   * Takes the text that may be shown by now; neighbours of one stream are joined.
   * @param arrived Number of the message that has just come, if one has: what was written after it
   * stays for the next call.
   * @param room About as much is taken at once, by its cost; `hasMore` tells of the rest.
   * @param cost Of a text that begins a piece of what is returned, or lengthens the last.
   */
  read(
    arrived?: number,
    room: number = Number.POSITIVE_INFINITY,
    cost: (text: string, isPiece: boolean) => number = lengthOf,
  ): RingText[] {
    const { state, words, bytes } = this.ring;
    if (arrived !== undefined) this.arrived = arrived;
    // Before reading: text that comes from now on is told of again.
    store(state, NOTIFIED, 0);
    const end = this.ring.position(WRITTEN);
    const found: RingText[] = [];
    let position = this.ring.position(READ);
    let spent = 0;
    this.hasMore = false;
    while (position !== end) {
      this.hasMore = spent >= room;
      if (this.hasMore) break;
      const offset = position % CAPACITY;
      const length = words[offset / 4]!;
      const tag = words[offset / 4 + 1]!;
      // A stopped cell may leave a barrier whose message was never sent: the next one passes it.
      if (length === BARRIER && tag > this.arrived) break;
      const payload = offset + RECORD_HEADER_BYTES;
      if (length >= 0) {
        const text = bytes.toString("utf8", payload, payload + length);
        spent += cost(text, append(found, tag, text));
      }
      position = (position + (length === SKIP ? CAPACITY - offset : recordBytes(length))) >>> 0;
      if (length === BARRIER && tag === arrived) break;
    }
    store(state, READ, position | 0);
    notify(state, READ);
    return found;
  }

  close(): void {
    store(this.ring.state, CLOSED, 1);
    notify(this.ring.state, READ);
  }
}

/** @returns Whether it is a piece of its own. */
function append(found: RingText[], tag: number, text: string): boolean {
  const name = tag % 2 === 1 ? "stderr" : "stdout";
  const serial = Math.floor(tag / 2);
  const last = found.at(-1);
  const isNeighbour = last?.serial === serial && last.name === name;
  if (isNeighbour) found[found.length - 1] = { serial, name, text: last.text + text };
  else found.push({ serial, name, text });
  return !isNeighbour;
}

function lengthOf(text: string): number {
  return text.length;
}

function recordBytes(payloadBytes: number): number {
  if (payloadBytes === BARRIER) return BARRIER_BYTES;
  return (RECORD_HEADER_BYTES + payloadBytes + 7) & ~7;
}

/** Never between the two halves of a surrogate pair: each half alone has no UTF-8. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(text.length, start + MAX_PIECE_CHARS);
  if (end === text.length) return end;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
