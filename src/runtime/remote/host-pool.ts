// Not the global ones: a kernel's fall silent with the cell that set them.
import { clearTimeout, setTimeout } from "node:timers";
import { Admission, type Applicant } from "../admission.js";
import { enter, leave } from "../interrupt.js";
import type { Host } from "./host.js";

/** An idle host is kept this long for the next call. */
const defaultIdleMs = 60_000;
/** A thread may be stuck in a system call; `close` does not wait for it for ever. */
const closeMs = 2000;

/**
 * Hosts of one kind: started on demand, reused, at most `limit` at work. Calls that find none free
 * wait in line as those that wait for memory do: by priority, and nobody for ever.
 */
export class HostPool {
  private readonly start: () => Host;
  private readonly idleMs: number;
  private readonly line: Admission;
  private readonly hosts = new Set<Host>();
  private readonly busy = new Set<Host>();
  private readonly idle = new Map<Host, NodeJS.Timeout>();
  /** Those at work, and those that are about to be taken. */
  private seats = 0;

  constructor(limit: number, start: () => Host, idleMs: number = defaultIdleMs) {
    this.start = start;
    this.idleMs = idleMs;
    this.line = new Admission(() => {
      if (this.seats >= limit) return false;
      this.seats += 1;
      return true;
    });
  }

  /** Each applicant takes one host, whatever its `bytes`. */
  enter(applicant: Applicant): void {
    this.line.enter(applicant);
  }

  /** False when it does not wait any more. */
  leave(applicant: Applicant): boolean {
    return this.line.leave(applicant);
  }

  /** For an applicant that was admitted. @throws what the system says to a new process or thread. */
  take(): Host {
    const host = [...this.idle.keys()].at(-1) ?? this.started();
    clearTimeout(this.idle.get(host));
    this.idle.delete(host);
    this.busy.add(host);
    return host;
  }

  /** The call has ended, and the host is well. */
  giveBack(host: Host): void {
    if (!this.busy.delete(host)) return;
    const timer = setTimeout(() => this.retire(host), this.idleMs);
    this.idle.set(host, timer.unref());
    this.vacate();
  }

  /** The call does not end. */
  kill(host: Host): void {
    host.kill();
    if (this.busy.delete(host)) this.vacate();
  }

  /** Turns away who waits, and ends the hosts, which have no calls left. */
  async close(): Promise<void> {
    this.line.close();
    for (const host of [...this.idle.keys()]) this.retire(host);
    if (this.hosts.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeMs);
    });
    await Promise.race([Promise.all([...this.hosts].map(({ gone }) => gone)), late]);
    clearTimeout(timer);
  }

  private started(): Host {
    let host: Host;
    try {
      host = this.start();
    } catch (error) {
      this.vacate();
      throw error;
    }
    this.hosts.add(host);
    host.onGone = () => this.forget(host);
    return host;
  }

  private retire(host: Host): void {
    enter();
    try {
      clearTimeout(this.idle.get(host));
      this.idle.delete(host);
      host.end();
    } finally {
      leave();
    }
  }

  private forget(host: Host): void {
    this.hosts.delete(host);
    clearTimeout(this.idle.get(host));
    this.idle.delete(host);
    if (this.busy.delete(host)) this.vacate();
  }

  private vacate(): void {
    this.seats -= 1;
    this.line.advance();
  }
}
