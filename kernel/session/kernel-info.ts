import { createRequire } from "node:module";
import { protocolVersion } from "../protocol/message.js";
import type { KernelInfoReply } from "../protocol/replies.js";

/** Reads two package.json files; the compiler itself is not loaded for its version. */
export function kernelInfo(): KernelInfoReply {
  const require = createRequire(import.meta.url);
  const { version } = require("prism-lab/package.json") as { version: string };
  const typescript = require("typescript/package.json") as { version: string };
  return {
    status: "ok",
    protocol_version: protocolVersion,
    implementation: "prism",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescript.version,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `Prism ${version}, a crystallography laboratory in TypeScript ${typescript.version} on Node ${process.versions.node}`,
    debugger: false,
    supported_features: [],
    help_links: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/api/" },
      { text: "Plotly", url: "https://plotly.com/javascript/reference/" },
    ],
  };
}
