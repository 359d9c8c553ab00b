import { stat } from "node:fs/promises";
import path from "node:path";
import { InvalidConfiguration } from "prism-lab";

export interface ServerAddress {
  /** Ends with a slash. */
  readonly baseUrl: string;
  /** Empty where the server asks for none. */
  readonly token: string;
}

/**
 * The address in what a Jupyter server prints: its path may end in `/lab`, `/tree` or `/notebooks`,
 * and its query may hold the token; an explicit `token` wins over that.
 */
export function parseServerAddress(url: string, token: string | undefined): ServerAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw invalidUrl(url);
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") throw invalidUrl(url);
  const folder = parsed.pathname
    .replace(/\/(lab|tree|notebooks)(\/.*)?$/, "/")
    .replace(/\/*$/, "/");
  return {
    baseUrl: `${parsed.origin}${folder}`,
    token: token ?? parsed.searchParams.get("token") ?? "",
  };
}

function invalidUrl(url: string): InvalidConfiguration {
  return new InvalidConfiguration(
    `expected --server to be a URL such as http://127.0.0.1:8888/, got "${url}"`,
    { server: url },
  );
}

/**
 * The folder of `notebook` as the server names it, so that its kernel starts there and relative
 * paths in cells mean the same as in a local run. The server does not tell its root, so each tail of
 * the absolute path is asked for, longest first, until one is a file of the same size.
 *
 * @returns `undefined` when the server does not serve the file: the kernel then starts in its root.
 */
export async function serverFolderOf(
  notebook: string,
  server: ServerAddress,
): Promise<string | undefined> {
  const { size } = await stat(notebook);
  const parts = path.resolve(notebook).split(path.sep).filter(Boolean);
  for (let skipped = 0; skipped < parts.length; skipped++) {
    const tail = parts.slice(skipped);
    const url = `${server.baseUrl}api/contents/${tail.map(encodeURIComponent).join("/")}?content=0`;
    const response = await fetch(url, { headers: { Authorization: `token ${server.token}` } });
    if (!response.ok) continue;
    const model = (await response.json()) as { readonly type?: string; readonly size?: number };
    if (model.type === "notebook" && model.size === size) return tail.slice(0, -1).join("/");
  }
  return undefined;
}
