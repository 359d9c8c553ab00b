// Runs on a thread of its own: see trajectory-thread.ts.
import { EventEmitter, once } from "node:events";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { formatNamed } from "../crystal/formats.js";
import { framesOfChunks } from "../crystal/structure-file.js";
import { toPortable } from "../runtime/remote/portable-error.js";
import { pack } from "./packed.js";
import "./register.js";
import type { FromTrajectory, ToTrajectory, TrajectoryRequest } from "./trajectory-messages.js";

async function main(port: MessagePort, request: TrajectoryRequest): Promise<void> {
  const texts: (string | undefined)[] = [];
  const news = new EventEmitter();
  let room = request.ahead;
  port.on("message", (message: ToTrajectory) => {
    if (message.kind === "taken") room++;
    else texts.push(message.text);
    news.emit("message");
  });
  const send = (message: FromTrajectory, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  async function* chunks(): AsyncGenerator<string, void, undefined> {
    for (;;) {
      send({ kind: "more" });
      while (texts.length === 0) await once(news, "message");
      const text = texts.shift();
      if (text === undefined) return;
      yield text;
    }
  }
  try {
    const read = formatNamed(request.format).frames!(request.context);
    for await (const crystal of framesOfChunks(chunks(), read, request.path)) {
      while (room === 0) await once(news, "message");
      room--;
      // Copies: a reader may go on with its arrays.
      const buffers = pack(crystal.parts).map((view) => bytesOf(view));
      send({ kind: "frame", buffers }, buffers);
    }
    send({ kind: "end" });
  } catch (error) {
    send({ kind: "failed", error: toPortable(error) });
  }
  port.close();
}

function bytesOf(view: ArrayBufferView): ArrayBuffer {
  const bytes = new Uint8Array(view.byteLength);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return bytes.buffer;
}

if (parentPort) void main(parentPort, workerData as TrajectoryRequest);
