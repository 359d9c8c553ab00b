/** Of somebody in a line. */
export interface Place<T> {
  readonly value: T;
  /** On the scale of `performance.now()`. */
  readonly since: number;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/** Whoever is in it may leave it at once from wherever they stand, however long it is. */
export class Line<T> {
  first: Place<T> | undefined;
  private last: Place<T> | undefined;

  join(value: T, since: number): Place<T> {
    const place: Place<T> = { value, since, before: this.last, after: undefined };
    if (this.last === undefined) this.first = place;
    else this.last.after = place;
    this.last = place;
    return place;
  }

  /** Once only. */
  leave({ before, after }: Place<T>): void {
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.last = before;
    else after.before = before;
  }
}
