import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pathError } from "../../../../kernel/evaluate/main/magics/path-problem.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "prism paths "));
  mkdirSync(join(folder, "data"));
  for (let n = 0; n < 12; n++) writeFileSync(join(folder, "data", `quartz-${n}.cif`), "");
});

afterAll(() => rmSync(folder, { recursive: true }));

const failure = (code: string): Error => Object.assign(new Error(`${code}: raw`), { code });

function message(path: string, wanted: "read" | "write" | "enter", code: string): string {
  return pathError("%load", join(folder, path), wanted, failure(code)).message;
}

test("a missing file names what may be meant, or some of what is there", () => {
  expect(message("data/quarz-3.cif", "read", "ENOENT")).toMatch(
    /^%load: there is no file "quarz-3\.cif" in .*data; did you mean "quartz-3\.cif"\?$/,
  );
  expect(message("data/nacl.cif", "read", "ENOENT")).toMatch(
    /its files are quartz-0\.cif, (.*\.cif, ){6}quartz-5\.cif and 4 more$/,
  );
  expect(message("date/deep/nacl.cif", "read", "ENOENT")).toMatch(
    /^%load: there is no folder "date" in .*; did you mean "data"\?$/,
  );
  expect(message("data/quartz-0.cif/x", "write", "ENOTDIR")).toContain(
    'expected a folder on the way, got the file "',
  );
});

test("other refusals of the system are sentences", () => {
  expect(message("data", "read", "EISDIR")).toMatch(
    /expected a file, got the folder ".*data"; its/,
  );
  expect(message("data", "enter", "EACCES")).toMatch(
    /is there, but you may not enter it; !ls -ld "/,
  );
  expect(message("data/x", "write", "EPERM")).toContain("you may not write it");
  expect(message("data/x", "write", "EROFS")).toContain("read-only");
  expect(message("data/x", "write", "EIO")).toBe("%load: EIO: raw");
});

test("data has the whole path and the code", () => {
  const { data } = pathError("%cd", join(folder, "none"), "enter", failure("ENOENT"));
  expect(data).toEqual({ path: join(folder, "none"), code: "ENOENT" });
});
