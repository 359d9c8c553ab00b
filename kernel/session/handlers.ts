import type { CommMessage } from "../evaluate/evaluator.js";
import type { JsonObject } from "../protocol/json.js";
import { codePointToUtf16, utf16ToCodePoint } from "../protocol/offsets.js";
import {
  type CommInfoReply,
  type CompleteReply,
  type CompletionType,
  type ErrorReply,
  errorReply,
  type HistoryReply,
  type InspectReply,
  type IsCompleteReply,
} from "../protocol/replies.js";
import {
  type Checked,
  type CompleteRequest,
  type HistoryRequest,
  type InspectRequest,
  readCode,
  readCommContent,
  readCommInfoRequest,
  readCompleteRequest,
  readHistoryRequest,
  readInspectRequest,
  readShutdownRequest,
} from "../protocol/requests.js";
import type { Request } from "./publisher.js";
import type { Services } from "./services.js";

/** The content of a reply; a rejection becomes an error reply. */
export type Answer = (services: Services, request: Request) => object | Promise<object>;

/** Takes a message that has no reply; returns what is wrong with it, once it has been handled. */
export type Notice = (services: Services, request: Request) => Promise<string | undefined>;

/** Requests that are answered at once, also while a cell runs. */
export const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ["kernel_info_request", (services) => services.kernelInfo()],
  ["complete_request", checked(readCompleteRequest, complete)],
  ["inspect_request", checked(readInspectRequest, inspect)],
  ["is_complete_request", checked(readCode, isComplete)],
  ["history_request", checked(readHistoryRequest, history)],
  ["comm_info_request", checked(readCommInfoRequest, commInfo)],
  ["interrupt_request", interrupt],
  ["shutdown_request", checked(readShutdownRequest, shutdown)],
  ["usage_request", (services) => services.usage()],
  ["debug_request", refuseDebug],
]);

export const notices: ReadonlyMap<string, Notice> = new Map<string, Notice>([
  ["comm_open", (services, request) => passComm("comm_open", services, request)],
  ["comm_msg", (services, request) => passComm("comm_msg", services, request)],
  ["comm_close", (services, request) => passComm("comm_close", services, request)],
]);

/** The type of the reply: `complete_request` -> `complete_reply`. */
export function replyType(requestType: string): string {
  return requestType.replace(/_request$/, "_reply");
}

/** What a client is told whose request has missing or wrong fields. */
export function invalidRequest(problem: string): ErrorReply {
  return errorReply("InvalidRequest", problem, [`InvalidRequest: ${problem}`]);
}

function checked<T>(
  read: (content: JsonObject) => Checked<T>,
  answer: (services: Services, content: T) => object | Promise<object>,
): Answer {
  return (services, { message }) => {
    const content = read(message.content);
    return content.ok ? answer(services, content.value) : invalidRequest(content.problem);
  };
}

async function complete(
  services: Services,
  { code, cursorPos }: CompleteRequest,
): Promise<CompleteReply> {
  const found = await services.evaluator.complete(code, codePointToUtf16(code, cursorPos));
  const start = utf16ToCodePoint(code, found.start);
  const end = utf16ToCodePoint(code, found.end);
  const types = found.matches.map(
    ({ text, type, signature }): CompletionType => ({
      text,
      type,
      start,
      end,
      ...(signature === undefined ? {} : { signature }),
    }),
  );
  return {
    status: "ok",
    matches: found.matches.map(({ text }) => text),
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: types },
  };
}

async function inspect(
  services: Services,
  { code, cursorPos, detailLevel }: InspectRequest,
): Promise<InspectReply> {
  const cursor = codePointToUtf16(code, cursorPos);
  const { found, data } = await services.evaluator.inspect(code, cursor, detailLevel);
  return { status: "ok", found, data, metadata: {} };
}

async function isComplete(services: Services, code: string): Promise<IsCompleteReply> {
  const { status, indent } = await services.evaluator.isComplete(code);
  return status === "incomplete" ? { status, indent } : { status };
}

async function history(services: Services, request: HistoryRequest): Promise<HistoryReply> {
  return { status: "ok", history: await services.history.answer(request) };
}

function commInfo(services: Services, targetName: string | undefined): CommInfoReply {
  return { status: "ok", comms: services.comms.list(targetName) };
}

function interrupt(services: Services): JsonObject {
  services.evaluator.interrupt();
  return { status: "ok" };
}

function shutdown(services: Services, restart: boolean): JsonObject {
  // After the reply and the idle status, which are sent in this turn.
  setImmediate(() => services.onShutdown(restart));
  return { status: "ok", restart };
}

/** In the form of the debug protocol too, so that a debugger's front end sees a refusal. */
function refuseDebug(_services: Services, { message }: Request): JsonObject {
  const { command, seq } = message.content;
  const text = "this kernel has no debugger; kernel_info says so";
  return {
    ...errorReply("NotSupported", text),
    type: "response",
    success: false,
    command: typeof command === "string" ? command : "",
    request_seq: typeof seq === "number" ? seq : 0,
    message: text,
  };
}

async function passComm(
  type: CommMessage["type"],
  services: Services,
  { message }: Request,
): Promise<string | undefined> {
  const content = readCommContent(message.content);
  if (!content.ok) return content.problem;
  const { header, metadata, buffers } = message;
  const comm: CommMessage = { type, ...content.value, metadata, buffers };
  services.comms.note(comm);
  services.comms.remember(header);
  await services.evaluator.comm(header.msg_id, comm);
  return undefined;
}
