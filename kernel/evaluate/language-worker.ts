import { parentPort, workerData } from "node:worker_threads";
import { compileModule } from "./compile/compile-module.js";
import type {
  LanguageNews,
  LanguageQuestion,
  LanguageReply,
  LanguageRequest,
} from "./language-client.js";
import { CellLanguage, type CellLanguageOptions } from "./language-service.js";

const port = parentPort;
const language = new CellLanguage(workerData as CellLanguageOptions);

port?.on("message", (request: LanguageRequest) => {
  if (request.method === "commit") language.commit(request.serial, request.code);
  else if (request.method === "forget") language.forget(request.serial);
  else port.postMessage({ type: "reply", ...answer(request) } satisfies LanguageNews);
});

warmUp(language.warmUp());

/** One step a turn of the event loop: requests that came meanwhile go first. */
function warmUp(steps: Generator<void, void>): void {
  setImmediate(() => {
    if (steps.next().done !== true) warmUp(steps);
    else port?.postMessage({ type: "warm" } satisfies LanguageNews);
  });
}

function answer(request: LanguageQuestion): LanguageReply {
  try {
    return { id: request.id, result: resultOf(request) };
  } catch (error) {
    return { id: request.id, failure: error instanceof Error ? error.message : String(error) };
  }
}

function resultOf(request: LanguageQuestion): unknown {
  switch (request.method) {
    case "prepare":
      return language.prepare(request.request);
    case "complete":
      return language.complete(request.code, request.cursor);
    case "inspect":
      return language.inspect(request.code, request.cursor, request.detailLevel);
    case "isComplete":
      return language.isComplete(request.code);
    case "compile":
      return compileModule(request.file, request.code);
  }
}
