import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { isJsonObject, type JsonObject } from "../protocol/json.js";

/** What a connection file says; field names are those of the file. */
export interface Connection {
  readonly transport: "tcp" | "ipc";
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  /** Secret of the HMAC; empty turns authentication off. */
  readonly key: string;
  readonly signature_scheme: "hmac-sha256";
}

export const portNames = [
  "shell_port",
  "iopub_port",
  "stdin_port",
  "control_port",
  "hb_port",
] as const;

export type PortName = (typeof portNames)[number];

/**
 * @throws {FileError} The file is missing or cannot be read.
 * @throws {InvalidConfiguration} It is not a connection file; `data` names the field.
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files
 */
export async function readConnectionFile(path: string): Promise<Connection> {
  const text = await readFile(path, "utf8").catch((cause: Error) => cause);
  if (typeof text !== "string") {
    // Loading the library costs more than the rest of the start; only a failure pays for it.
    const { FileError } = await import("prism-lab");
    throw new FileError(
      `the connection file ${path} cannot be read (${text.message}); it is written by the Jupyter client that starts the kernel`,
      { file: path },
      { cause: text },
    );
  }
  const problem = connectionProblem(parsed(text));
  if (problem !== undefined) {
    const { InvalidConfiguration } = await import("prism-lab");
    throw new InvalidConfiguration(
      `${path} is not a Jupyter connection file: ${problem.message}; let the Jupyter client write a new one`,
      { file: path, ...problem },
    );
  }
  return connectionOf(JSON.parse(text) as Connection);
}

/** Address of one socket; over ipc the "port" is the ending of a file name. */
export function endpointOf(connection: Connection, port: PortName): string {
  const { transport, ip } = connection;
  if (transport === "ipc") return `ipc://${ip}-${connection[port]}`;
  return `tcp://${isIPv6(ip) ? `[${ip}]` : ip}:${connection[port]}`;
}

interface ConnectionProblem {
  readonly field: string;
  readonly message: string;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only the known fields: clients add their own, and the key should not travel further than needed. */
function connectionOf(file: Connection): Connection {
  const { transport, ip, key, shell_port, iopub_port, stdin_port, control_port, hb_port } = file;
  const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
  return { transport, ip, key, ...ports, signature_scheme: "hmac-sha256" };
}

function connectionProblem(value: unknown): ConnectionProblem | undefined {
  if (!isJsonObject(value)) return { field: "", message: "a JSON object was expected" };
  return (
    addressProblem(value) ??
    portNames.map((name) => portProblem(value, name)).find((p) => p) ??
    keyProblem(value)
  );
}

function addressProblem(value: JsonObject): ConnectionProblem | undefined {
  const { transport, ip } = value;
  if (transport !== "tcp" && transport !== "ipc") {
    return unexpected("transport", '"tcp" or "ipc"', transport);
  }
  return typeof ip === "string" && ip !== "" ? undefined : unexpected("ip", "an address", ip);
}

function portProblem(value: JsonObject, name: PortName): ConnectionProblem | undefined {
  const port = value[name];
  const valid = typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65535;
  return valid ? undefined : unexpected(name, "a port from 1 to 65535", port);
}

function keyProblem(value: JsonObject): ConnectionProblem | undefined {
  const { key, signature_scheme: scheme } = value;
  // The key is a secret and stays out of messages.
  if (typeof key !== "string") return { field: "key", message: "key: a string was expected" };
  if (key !== "" && scheme !== "hmac-sha256") {
    return unexpected("signature_scheme", '"hmac-sha256"', scheme);
  }
  return undefined;
}

function unexpected(field: string, expected: string, value: unknown): ConnectionProblem {
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  return { field, message: `${field}: expected ${expected}, got ${got}` };
}
