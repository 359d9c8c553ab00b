import type { ExecuteRequest } from "../protocol/requests.js";
import type { Request } from "./publisher.js";

/** An execute_request on its way: waiting, running, or ended with output still to come. */
export interface Cell {
  /** msg_id of the request. */
  readonly id: string;
  readonly request: Request;
  readonly execute: ExecuteRequest;
  /** Set when it starts. */
  executionCount: number;
  /** ISO 8601; front ends show how long a cell took. */
  startedAt: string;
}

export function createCell(request: Request, execute: ExecuteRequest): Cell {
  return { id: request.message.header.msg_id, request, execute, executionCount: 0, startedAt: "" };
}

/** Cells by id, so that output names its own cell however late it comes. */
export class CellRegister {
  readonly #cells = new Map<string, Cell>();
  readonly #capacity: number;

  /** Past the capacity the oldest cell is forgotten; its output then has no parent. */
  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(cell: Cell): void {
    this.#cells.set(cell.id, cell);
    if (this.#cells.size > this.#capacity) {
      this.#cells.delete(this.#cells.keys().next().value as string);
    }
  }

  find(id: string): Cell | undefined {
    return this.#cells.get(id);
  }
}
