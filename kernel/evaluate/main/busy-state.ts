type Part = "cell" | "handlers";

/** Whether code of the user runs that may keep this thread from its event loop. */
export class BusyState {
  private readonly tell: (isBusy: boolean) => void;
  private readonly parts = { cell: false, handlers: false };
  private isBusy = false;

  /** @param tell Called at each change. */
  constructor(tell: (isBusy: boolean) => void) {
    this.tell = tell;
  }

  set(part: Part, isBusy: boolean): void {
    this.parts[part] = isBusy;
    const { cell, handlers } = this.parts;
    if (this.isBusy === (cell || handlers)) return;
    this.isBusy = cell || handlers;
    this.tell(this.isBusy);
  }
}
