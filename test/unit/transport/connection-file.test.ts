import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrismError } from "prism-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpointOf, readConnectionFile } from "../../../kernel/transport/connection-file.js";

const valid = {
  transport: "tcp",
  ip: "127.0.0.1",
  shell_port: 50001,
  iopub_port: 50002,
  stdin_port: 50003,
  control_port: 50004,
  hb_port: 50005,
  key: "top secret",
  signature_scheme: "hmac-sha256",
} as const;

describe("readConnectionFile", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "prism-connection-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function read(text: string): Promise<unknown> {
    const path = join(directory, "c.json");
    await writeFile(path, text);
    return readConnectionFile(path).catch((error: unknown) => error);
  }

  it("keeps the known fields and no others", async () => {
    expect(await read(JSON.stringify({ ...valid, kernel_name: "prism" }))).toEqual(valid);
  });

  it("accepts an empty key without a scheme", async () => {
    const open = { ...valid, key: "", signature_scheme: undefined };
    expect(await read(JSON.stringify(open))).toEqual({ ...valid, key: "" });
  });

  it.each([
    ["", "a JSON object was expected"],
    ["[]", "a JSON object was expected"],
    [{ transport: "udp" }, 'transport: expected "tcp" or "ipc", got "udp"'],
    [{ ip: 1 }, "ip: expected an address, got 1"],
    [{ shell_port: 0 }, "shell_port: expected a port from 1 to 65535, got 0"],
    [{ hb_port: "50005" }, 'hb_port: expected a port from 1 to 65535, got "50005"'],
    [{ iopub_port: undefined }, "iopub_port: expected a port from 1 to 65535, got nothing"],
    [{ signature_scheme: "md5" }, 'signature_scheme: expected "hmac-sha256", got "md5"'],
  ])("refuses %j", async (change, problem) => {
    const text = typeof change === "string" ? change : JSON.stringify({ ...valid, ...change });
    const error = (await read(text)) as PrismError;
    expect(error).toBeInstanceOf(PrismError);
    expect(error.code).toBe("INVALID_CONFIGURATION");
    expect(error.message).toContain(problem);
    expect(error.message).not.toContain(valid.key);
  });

  it("names a file that is not there", async () => {
    const path = join(directory, "missing.json");
    const error = await readConnectionFile(path).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "FILE_ERROR", data: { file: path } });
  });
});

describe("endpointOf", () => {
  it("follows the transport", () => {
    expect(endpointOf(valid, "shell_port")).toBe("tcp://127.0.0.1:50001");
    expect(endpointOf({ ...valid, ip: "::1" }, "hb_port")).toBe("tcp://[::1]:50005");
    expect(endpointOf({ ...valid, transport: "ipc", ip: "/tmp/k" }, "hb_port")).toBe(
      "ipc:///tmp/k-50005",
    );
  });
});
