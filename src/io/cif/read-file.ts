import { AddonUnavailable, PrismError, TaskFailed } from "../../base/errors.js";
import { Crystal } from "../../crystal/crystal.js";
import type { FormatContext } from "../../crystal/formats.js";
import { wholeText } from "../../crystal/structure-file.js";
import { registerKernel } from "../../runtime/register-kernel.js";
import { Runtime } from "../../runtime/runtime.js";
import { unpack } from "../packed.js";
import type { FileRequest } from "./file-kernel.js";
import { parseCif } from "./structure.js";

const kernel = "cif-file";

/**
 * The first structure of a CIF, read and expanded on a thread of its own: this one only takes the
 * arrays over. Without the engine, which starts such threads, it is read here.
 *
 * @throws {ParseError} with file, line and column. @throws {FileError} unreadable.
 */
export async function readLongCif(path: string, context: FormatContext): Promise<Crystal> {
  const request: FileRequest = { path, context };
  try {
    registerKernel({ name: kernel, module: kernelModule(), export: "cifFileKernel" });
    return await Runtime.shared.run({
      kernel,
      name: "Crystal.fromFile",
      inputs: [new TextEncoder().encode(JSON.stringify(request))],
      decode: (outputs) => Crystal.fromParts(unpack(outputs)),
    });
  } catch (error) {
    if (error instanceof TaskFailed && error.cause instanceof PrismError) throw error.cause;
    if (!(error instanceof AddonUnavailable)) throw error;
    return parseCif(await wholeText(path), context.file, context);
  }
}

/** The compiled one, also when the sources run as they are, as the tests do. */
function kernelModule(): URL {
  const { url } = import.meta;
  return url.endsWith(".ts")
    ? new URL("../../../dist/src/io/cif/file-kernel.js", url)
    : new URL("./file-kernel.js", url);
}
