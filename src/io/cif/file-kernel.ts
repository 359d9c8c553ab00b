// Runs on a thread of its own: see read-file.ts.
import type { FormatContext } from "../../crystal/formats.js";
import { wholeText } from "../../crystal/structure-file.js";
import type { ModuleCall } from "../../runtime/remote/module-kernels.js";
import { pack } from "../packed.js";
import { cifParts } from "./structure.js";

/** What `readLongCif` asks for, as JSON. */
export interface FileRequest {
  readonly path: string;
  readonly context: FormatContext;
}

/** A file in, the arrays of its first structure out. */
export async function cifFileKernel({ inputs }: ModuleCall): Promise<ArrayBufferView[]> {
  const request = new TextDecoder().decode(inputs[0] as Uint8Array);
  const { path, context } = JSON.parse(request) as FileRequest;
  return pack(cifParts(await wholeText(path), context.file, context));
}
