import type { MessagePort } from "node:worker_threads";
import type { Connection } from "../transport/connection-file.js";

/** What MAIN hands to the protocol worker at its start. */
export interface ProtocolWorkerData {
  readonly connection: Connection;
  /** Leads to the evaluator's half on MAIN. */
  readonly mainPort: MessagePort;
  readonly cwd: string;
}

/** MAIN to protocol worker: the signals of the process arrive on MAIN only. */
export type SupervisorRequest = "interrupt" | "terminate";

/** Protocol worker to MAIN: everything is closed, end the process. */
export interface ExitRequest {
  readonly exitCode: number;
}
