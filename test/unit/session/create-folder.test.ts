import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFolder } from "../../../kernel/session/create-folder.js";

describe("createFolder", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "prism folder "));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("creates what is missing, with its mode, and leaves what is there", async () => {
    const path = join(root, "a", "b");
    await Promise.all([createFolder(path, 0o700), createFolder(path, 0o700)]);
    await createFolder(path);
    for (const folder of [path, join(root, "a")]) {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
  });

  it("refuses where a file is in the way", async () => {
    await writeFile(join(root, "file"), "");
    await expect(createFolder(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(createFolder(join(root, "file", "b"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.runIf(existsSync("/proc/self"))(
    "returns from a file system that takes no folder",
    async () => {
      await expect(createFolder("/proc/prism/a/b")).rejects.toMatchObject({ code: "ENOENT" });
    },
  );
});
