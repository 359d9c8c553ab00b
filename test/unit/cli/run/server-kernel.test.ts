import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { InvalidConfiguration } from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ServerRefused, ServerUnreachable } from "../../../../kernel/cli/errors.js";
import { parseServerAddress, serverFolderOf } from "../../../../kernel/cli/run/server-address.js";
import { startServerKernel } from "../../../../kernel/cli/run/server-kernel.js";

describe("parseServerAddress", () => {
  it.each([
    ["http://127.0.0.1:8888", undefined, "http://127.0.0.1:8888/", ""],
    ["http://h:1/lab?token=abc", undefined, "http://h:1/", "abc"],
    ["https://h/user/me/tree/a/b.ipynb?token=abc", "own", "https://h/user/me/", "own"],
    ["http://h/base/", "t", "http://h/base/", "t"],
  ])("reads %s", (url, token, baseUrl, expected) => {
    expect(parseServerAddress(url, token)).toEqual({ baseUrl, token: expected });
  });

  it.each(["", "localhost:8888", "ftp://h/", "not a url"])("refuses %j", (url) => {
    expect(() => parseServerAddress(url, undefined)).toThrow(InvalidConfiguration);
  });
});

describe("a Jupyter server", () => {
  let server: Server;
  let folder: string;
  let notebook: string;
  let listener: RequestListener;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism-server-"));
    notebook = path.join(folder, "n.ipynb");
    await writeFile(notebook, "{}");
    server = createServer((request, response) => listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  function baseUrl(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  function start(url = baseUrl(), token = "secret"): Promise<unknown> {
    return startServerKernel({ server: { baseUrl: url, token }, kernelName: "prism", notebook });
  }

  function answer(status: number, body: unknown): RequestListener {
    return (_request, response) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    };
  }

  it("that does not answer is unreachable", async () => {
    const url = baseUrl();
    await new Promise((resolve) => server.close(resolve));
    const starting = start(url);
    await expect(starting).rejects.toThrow(ServerUnreachable);
    await expect(starting).rejects.toThrow(`expected a Jupyter server at ${url}`);
  });

  it("that does not accept the token refuses", async () => {
    listener = answer(403, { message: "Forbidden" });
    await expect(start()).rejects.toThrow(/the one given is not accepted \(HTTP 403\).*--token/);
    await expect(start(baseUrl(), "")).rejects.toThrow(/none was given/);
  });

  it("without the kernelspec refuses and names those it has", async () => {
    const spec = { language: "python", display_name: "Python", argv: [], env: {} };
    const python3 = { name: "python3", spec, resources: {} };
    listener = answer(200, { default: "python3", kernelspecs: { python3 } });
    const starting = start();
    await expect(starting).rejects.toThrow(ServerRefused);
    await expect(starting).rejects.toThrow(/"prism" on .*, got python3; run `prism install`/);
  });

  it("that fails is quoted", async () => {
    listener = answer(500, { message: "disk full" });
    await expect(start()).rejects.toThrow(
      /answered HTTP 500: .*disk full.*look at the server's log/s,
    );
  });

  it("serves the notebook under the longest tail of its path with the same size", async () => {
    const asked: string[] = [];
    const parent = path.basename(folder);
    listener = ({ url, headers }, response) => {
      asked.push(`${headers.authorization} ${url}`);
      const found = url?.startsWith(`/api/contents/${parent}/n.ipynb`);
      response.writeHead(found ? 200 : 404, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ type: "notebook", size: 2 }));
    };
    const address = { baseUrl: baseUrl(), token: "secret" };
    expect(await serverFolderOf(notebook, address)).toBe(parent);
    expect(asked.at(-1)).toBe(`token secret /api/contents/${parent}/n.ipynb?content=0`);
  });

  it("may serve another file of that name, or none", async () => {
    listener = answer(200, { type: "notebook", size: 3 });
    expect(await serverFolderOf(notebook, { baseUrl: baseUrl(), token: "" })).toBeUndefined();
  });
});
