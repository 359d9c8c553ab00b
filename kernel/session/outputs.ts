import { stripVTControlCharacters } from "node:util";
import type { CellOutput, CommMessage, MimeBundle } from "../evaluate/evaluator.js";
import type { JsonObject } from "../protocol/json.js";
import type { Cell } from "./cell.js";
import type { ParentHeader } from "./publisher.js";
import type { Services } from "./services.js";

/**
 * Publishes output under the header of the cell that caused it, whether that cell still runs or
 * not. A silent cell shows nothing; its comms still speak, or the two sides would drift apart. A comm
 * message that answers another one names that as its parent: by it a front end knows its own echo.
 */
export function publishOutput(services: Services, output: CellOutput): void {
  const cell = services.cells.find(output.parentId);
  const parent = cell?.request.message.header ?? {};
  if (output.kind === "comm") {
    const asked = services.comms.headerOf(output.parentId);
    publishComm(services, output.message, asked ?? parent);
  } else if (output.kind === "input") askForInput(services, output, cell);
  else if (!cell?.execute.silent) publishShown(services, output, cell, parent);
}

type InputOutput = Extract<CellOutput, { kind: "input" }>;

function askForInput(services: Services, output: InputOutput, cell: Cell | undefined): void {
  if (cell?.execute.allowStdin) services.inputs.ask(cell, output.prompt, output.password);
  // Nobody can be asked; an empty answer ends the wait.
  else services.evaluator.inputReply("");
}

type ShownOutput = Exclude<CellOutput, { kind: "comm" | "input" }>;

function publishShown(
  services: Services,
  output: ShownOutput,
  cell: Cell | undefined,
  parent: ParentHeader,
): void {
  const { type, content } = contentOf(output, cell?.executionCount ?? 0);
  services.publisher.publish(type, content, parent);
  if (output.kind !== "result" || !cell?.execute.storeHistory) return;
  const text = output.data["text/plain"];
  if (typeof text !== "string") return;
  services.history.addOutput(cell.executionCount, stripVTControlCharacters(text));
}

function contentOf(
  output: ShownOutput,
  executionCount: number,
): { readonly type: string; readonly content: JsonObject } {
  switch (output.kind) {
    case "stream":
      return { type: "stream", content: { name: output.name, text: output.text } };
    case "result": {
      const { data, metadata } = output;
      return {
        type: "execute_result",
        content: { execution_count: executionCount, data, metadata },
      };
    }
    case "display":
      return {
        type: output.update ? "update_display_data" : "display_data",
        content: displayContent(output.data, output.metadata, output.displayId),
      };
    case "clear":
      return { type: "clear_output", content: { wait: output.wait } };
    case "error": {
      const { ename, evalue, traceback } = output.error;
      return { type: "error", content: { ename, evalue, traceback } };
    }
  }
}

function displayContent(
  data: MimeBundle,
  metadata: MimeBundle,
  displayId: string | undefined,
): JsonObject {
  return { data, metadata, transient: displayId === undefined ? {} : { display_id: displayId } };
}

function publishComm(services: Services, message: CommMessage, parent: ParentHeader): void {
  services.comms.note(message);
  const { type, commId, targetName, data, metadata, buffers } = message;
  const content: JsonObject =
    type === "comm_open"
      ? { comm_id: commId, target_name: targetName ?? "", data }
      : { comm_id: commId, data };
  services.publisher.publish(type, content, parent, { metadata, buffers });
}
