import type { Evaluator } from "../evaluate/evaluator.js";
import type { JsonObject } from "../protocol/json.js";
import type { KernelInfoReply } from "../protocol/replies.js";
import type { CellRegister } from "./cell.js";
import type { CommRegistry } from "./comm-registry.js";
import type { History } from "./history.js";
import type { InputDesk } from "./input-desk.js";
import type { Publisher } from "./publisher.js";

/** What the handlers of requests work with. */
export interface Services {
  readonly evaluator: Evaluator;
  readonly publisher: Publisher;
  readonly cells: CellRegister;
  readonly comms: CommRegistry;
  readonly history: History;
  readonly inputs: InputDesk;
  readonly kernelInfo: () => KernelInfoReply;
  readonly usage: () => JsonObject;
  /** Called when the reply to shutdown_request has been sent. */
  readonly onShutdown: (restart: boolean) => void;
  readonly log: (text: string) => void;
}
