import type { Priority } from "./task-options.js";
import { priorities } from "./task-options.js";

/** A task that has declared how much memory it needs. */
export interface Applicant {
  readonly bytes: number;
  readonly priority: Priority;
  /** Its bytes are set aside: it may go on. */
  admitted(): void;
  /** Nobody will let it in any more. */
  refused(): void;
}

interface Waiting {
  readonly applicant: Applicant;
  readonly since: number;
}

/** Waiting this long lifts an applicant by one class, so that a flood above does not starve it. */
const patienceMs = 1000;

/**
 * Lets tasks in as their memory becomes free. Whoever is first in line is waited for, also by
 * smaller ones behind it: otherwise a stream of small tasks would keep a large one out for good.
 */
export class Admission {
  private readonly reserve: (bytes: number) => boolean;
  private readonly lines: Waiting[][] = priorities.map(() => []);
  private count = 0;

  /** `reserve` sets bytes aside, or returns false when they are not free. */
  constructor(reserve: (bytes: number) => boolean) {
    this.reserve = reserve;
  }

  /** Tasks that wait. */
  get waiting(): number {
    return this.count;
  }

  enter(applicant: Applicant): void {
    const line = this.lines[priorities.indexOf(applicant.priority)] as Waiting[];
    line.push({ applicant, since: performance.now() });
    this.count += 1;
    this.advance();
  }

  /** False when it does not wait any more. */
  leave(applicant: Applicant): boolean {
    for (const line of this.lines) {
      const index = line.findIndex((waiting) => waiting.applicant === applicant);
      if (index < 0) continue;
      line.splice(index, 1);
      this.count -= 1;
      this.advance();
      return true;
    }
    return false;
  }

  /** Turns everybody away. */
  close(): void {
    const waiting = this.lines.flatMap((line) => line.splice(0));
    this.count = 0;
    for (const { applicant } of waiting) applicant.refused();
  }

  /** After memory has become free. */
  advance(): void {
    while (this.count > 0) {
      const line = this.firstLine();
      const first = line[0] as Waiting;
      if (!this.reserve(first.applicant.bytes)) return;
      line.shift();
      this.count -= 1;
      first.applicant.admitted();
    }
  }

  private firstLine(): Waiting[] {
    const now = performance.now();
    let best: Waiting[] = [];
    let bestRank = Number.NEGATIVE_INFINITY;
    for (const [priority, line] of this.lines.entries()) {
      const [first] = line;
      if (first === undefined) continue;
      const rank = priority + Math.floor((now - first.since) / patienceMs);
      if (rank < bestRank) continue;
      best = line;
      bestRank = rank;
    }
    return best;
  }
}
