/** Bytes that travel beside the JSON of a message. */
export type CommBuffer = ArrayBuffer | ArrayBufferView;

export interface CommParts {
  /** What JSON can carry. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Sent as they are: a `Float64Array` arrives as its bytes. */
  readonly buffers?: readonly CommBuffer[];
}

/** What the front end has sent. */
export interface CommEvent {
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** May return a promise; what it throws is shown under the cell that opened or registered the comm. */
export type CommHandler = (event: CommEvent) => unknown;

/** One conversation with the front end. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  readonly isOpen: boolean;
  /**
   * @throws KernelError `COMM_CLOSED` after either side has closed it; `NOT_JSON` for data that JSON
   * cannot carry.
   */
  send(data: unknown, parts?: CommParts): void;
  /** Called for each message while a cell awaits, or between cells; returns how to stop it. */
  onMessage(handler: CommHandler): () => void;
  /** Called when the front end closes the comm; returns how to stop it. */
  onClose(handler: CommHandler): () => void;
  /** Tells the front end. Once closed it stays so, and closing it again does nothing. */
  close(data?: unknown, parts?: CommParts): void;
}

/** The notebook's global `comms`: messages to and from code in the front end. */
export interface Comms {
  /**
   * Lets the front end open comms of a target; an earlier handler of the target gives way. A front end
   * that opens one of an unknown target is answered by its close.
   *
   * @returns How to take the target back; its open comms live on.
   * @example
   * comms.register("echo", (comm) => comm.onMessage(({ data }) => comm.send(data)));
   */
  register(target: string, onOpen: (comm: Comm, open: CommEvent) => unknown): () => void;
  /**
   * Opens a comm to a target that the front end has registered; one that knows no such target closes
   * it.
   *
   * @throws KernelError `NOT_JSON`.
   * @example
   * const comm = comms.open("my-viewer", { kind: "density" }, { buffers: [density] });
   */
  open(target: string, data?: unknown, parts?: CommParts): Comm;
}
