import { randomUUID } from "node:crypto";
import type { CommMessage } from "../../evaluator.js";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Map, Set } from "../../intrinsics.js";
import type { CommDelivery } from "../../messages.js";
import type { CellTracker, LiveCell } from "../cell-tracker.js";
import type { HandlerTurns } from "../handler-turns.js";
import { KernelError } from "../kernel-error.js";
import type { Outbox } from "../outbox.js";
import { repairFor } from "../repair.js";
import type { CommParts } from "./comms-api.js";
import { jsonData, wireBytes } from "./wire-data.js";

/** What a message is handled by: `turn` is the code under way, in whose name more of it may run. */
export type HubHandler = (message: CommMessage, turn: LiveCell) => unknown;

/** Takes a comm that the front end has opened. */
export type OpenHandler = (comm: HubComm, message: CommMessage, turn: LiveCell) => unknown;

export interface HubParts {
  readonly outbox: Outbox;
  readonly tracker: CellTracker;
  readonly turns: HandlerTurns;
}

interface Target {
  readonly owner: LiveCell | undefined;
  readonly onOpen: OpenHandler;
}

/** One end of a comm. */
export class HubComm {
  readonly id: string;
  readonly target: string;
  /** Handlers run in its name. */
  readonly owner: LiveCell | undefined;
  readonly onMessage: Set<HubHandler> = new Set();
  readonly onClose: Set<HubHandler> = new Set();
  isOpen = true;
  private readonly sendAs: HubSend;

  constructor(id: string, target: string, owner: LiveCell | undefined, send: HubSend) {
    this.id = id;
    this.target = target;
    this.owner = owner;
    this.sendAs = send;
  }

  send(data: unknown, parts: CommParts = {}): void {
    if (!this.isOpen) {
      const { id, target } = this;
      const message = `comm.send: the comm to "${target}" is closed; open a new one by comms.open("${target}")`;
      throw new KernelError("COMM_CLOSED", message, { id, target });
    }
    this.sendAs("comm_msg", this, data, parts);
  }

  close(data: unknown = {}, parts: CommParts = {}): void {
    if (!this.isOpen) return;
    this.sendAs("comm_close", this, data, parts);
    this.isOpen = false;
  }
}

type HubSend = (type: CommMessage["type"], comm: HubComm, data: unknown, parts: CommParts) => void;

/** All comms of this thread: hands messages from the front end to their handlers. */
export class CommHub {
  private readonly parts: HubParts;
  private readonly targets = new Map<string, Target>();
  private readonly comms = new Map<string, HubComm>();
  private lastTaken = 0;
  /** In which the message is handled that is being handled. */
  private turn: LiveCell | undefined;
  private hasReachedHandlers = false;

  constructor(parts: HubParts) {
    this.parts = parts;
  }

  register(target: string, onOpen: OpenHandler): () => void {
    const entry: Target = { owner: this.parts.tracker.current, onOpen };
    this.targets.set(target, entry);
    return () => {
      if (this.targets.get(target) === entry) this.targets.delete(target);
    };
  }

  /** @param id Default a fresh one. */
  open(target: string, data: unknown, parts: CommParts = {}, id: string = randomUUID()): HubComm {
    const comm = new HubComm(id, target, this.parts.tracker.owner, this.send);
    this.send("comm_open", comm, data, parts);
    this.comms.set(id, comm);
    return comm;
  }

  /**
   * Closes all comms of cells and takes back the targets that they have registered; those of the kernel
   * itself stay.
   *
   * @returns How many comms there were.
   */
  closeAll(): number {
    for (const [name, { owner }] of [...this.targets]) {
      if (owner !== undefined) this.targets.delete(name);
    }
    const open = [...this.comms.values()].filter(({ owner }) => owner !== undefined);
    for (const comm of open) comm.close();
    return open.length;
  }

  /** Must be the last thing that its message handler does: stopping a handler unwinds all of it. */
  receive({ sequence, id, message }: CommDelivery): void {
    const { outbox } = this.parts;
    // Unwound while it was being taken: sent again, and too late.
    if (sequence <= this.lastTaken) outbox.comm(sequence, "handled");
    // One before it was lost in a stop, and will be sent again with all that follow it.
    if (sequence !== this.lastTaken + 1) return;
    this.lastTaken = sequence;
    outbox.comm(sequence, "taken");
    try {
      this.hand(id, message);
    } catch (error) {
      this.handOnceMore(id, message, error);
    }
    outbox.comm(sequence, "handled");
  }

  private hand(id: string, message: CommMessage): void {
    this.turn = undefined;
    this.hasReachedHandlers = false;
    if (message.type === "comm_open") this.opened(id, message);
    else this.delivered(id, message);
  }

  /** What handlers throw ends in their turn: here the kernel fails, over what it was left of the language. */
  private handOnceMore(id: string, message: CommMessage, error: unknown): void {
    const { outbox, tracker, turns } = this.parts;
    const { turn, hasReachedHandlers } = this;
    const isRepaired = repairFor(outbox, turn ?? tracker.latest);
    if (turn !== undefined) turns.close(turn);
    if (isRepaired && !hasReachedHandlers) this.hand(id, message);
    else turns.report(turn, error);
  }

  private opened(messageId: string, message: CommMessage): void {
    const { commId, targetName = "" } = message;
    const target = this.targets.get(targetName);
    const turn = this.begin(target?.owner, messageId);
    const comm = new HubComm(commId, targetName, target?.owner, this.send);
    if (target === undefined) {
      this.parts.tracker.run(turn, () => comm.close());
    } else {
      this.comms.set(commId, comm);
      this.attempt(turn, () => target.onOpen(comm, message, turn));
    }
    this.parts.turns.close(turn);
  }

  private delivered(messageId: string, message: CommMessage): void {
    const comm = this.comms.get(message.commId);
    if (comm === undefined) return;
    const { turns } = this.parts;
    const turn = this.begin(comm.owner, messageId);
    const isClose = message.type === "comm_close";
    const handlers = [...(isClose ? comm.onClose : comm.onMessage)];
    if (isClose) {
      this.comms.delete(comm.id);
      comm.isOpen = false;
    }
    for (let i = 0; i < handlers.length; i++) {
      const handler = handlers[i]!;
      this.attempt(turn, () => handler(message, turn));
    }
    turns.close(turn);
  }

  private begin(owner: LiveCell | undefined, commMessageId: string): LiveCell {
    this.turn = this.parts.turns.begin(owner, { commMessageId });
    return this.turn;
  }

  private attempt(turn: LiveCell, run: () => unknown): void {
    this.hasReachedHandlers = true;
    this.parts.turns.attempt(turn, run);
  }

  private readonly send: HubSend = (type, comm, data, parts) => {
    const { id: commId, target: targetName } = comm;
    const where = type === "comm_open" ? `comms.open("${targetName}")` : "comm.send";
    const message: CommMessage = {
      type,
      commId,
      ...(type === "comm_open" ? { targetName } : {}),
      data: jsonData(data, where) ?? {},
      metadata: jsonData(parts.metadata ?? {}, where) as CommMessage["metadata"],
      buffers: wireBytes(parts.buffers ?? [], where),
    };
    this.parts.outbox.output({ kind: "comm", message });
    if (type === "comm_close") this.comms.delete(commId);
  };
}
