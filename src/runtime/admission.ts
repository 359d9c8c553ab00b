import { Line, type Place } from "./line.js";
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

/** Waiting this long lifts an applicant by one class, so that a flood above does not starve it. */
const patienceMs = 1000;

/**
 * Lets tasks in as their memory becomes free. Whoever is first in line is waited for, also by
 * smaller ones behind it: otherwise a stream of small tasks would keep a large one out for good.
 */
export class Admission {
  private readonly reserve: (bytes: number) => boolean;
  private readonly lines: readonly Line<Applicant>[] = priorities.map(() => new Line());
  private readonly places = new Map<Applicant, Place<Applicant>>();

  /** `reserve` sets bytes aside, or returns false when they are not free. */
  constructor(reserve: (bytes: number) => boolean) {
    this.reserve = reserve;
  }

  /** Tasks that wait. */
  get waiting(): number {
    return this.places.size;
  }

  applicants(): Iterable<Applicant> {
    return this.places.keys();
  }

  enter(applicant: Applicant): void {
    const line = this.lineOf(applicant);
    this.places.set(applicant, line.join(applicant, performance.now()));
    this.advance();
  }

  /** False when it does not wait any more. */
  leave(applicant: Applicant): boolean {
    const place = this.places.get(applicant);
    if (place === undefined) return false;
    const line = this.lineOf(applicant);
    const wasFirst = line.first === place;
    this.remove(line, place);
    if (wasFirst) this.advance();
    return true;
  }

  /** Turns everybody away. */
  close(): void {
    const waiting = [...this.places.values()];
    for (const place of waiting) this.remove(this.lineOf(place.value), place);
    for (const { value } of waiting) value.refused();
  }

  /** After memory has become free. */
  advance(): void {
    for (let line = this.firstLine(); line?.first !== undefined; line = this.firstLine()) {
      const { first } = line;
      if (!this.reserve(first.value.bytes)) return;
      this.remove(line, first);
      first.value.admitted();
    }
  }

  private remove(line: Line<Applicant>, place: Place<Applicant>): void {
    line.leave(place);
    this.places.delete(place.value);
  }

  private lineOf({ priority }: Applicant): Line<Applicant> {
    return this.lines[priorities.indexOf(priority)] as Line<Applicant>;
  }

  private firstLine(): Line<Applicant> | undefined {
    const now = performance.now();
    let best: Line<Applicant> | undefined;
    let bestRank = Number.NEGATIVE_INFINITY;
    for (const [priority, line] of this.lines.entries()) {
      if (line.first === undefined) continue;
      const rank = priority + Math.floor((now - line.first.since) / patienceMs);
      if (rank < bestRank) continue;
      best = line;
      bestRank = rank;
    }
    return best;
  }
}
