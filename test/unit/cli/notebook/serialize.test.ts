import { chmod, lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FileError } from "prism-lab";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Notebook } from "../../../../kernel/cli/notebook/document.js";
import { parseNotebook } from "../../../../kernel/cli/notebook/parse.js";
import {
  expectWritable,
  serializeNotebook,
  writeFileAtomically,
} from "../../../../kernel/cli/notebook/serialize.js";

const notebook: Notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { language_info: { name: "typescript" }, kernelspec: { name: "prism" } },
  cells: [
    {
      cell_type: "code",
      id: "one",
      metadata: {},
      source: "const a = 1;\na;",
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stdout", text: "10%\r20%\nü\n" },
        {
          output_type: "execute_result",
          execution_count: 1,
          metadata: {},
          data: {
            "text/plain": "1\n2",
            "image/png": "AAAA\n",
            "application/json": { b: 1, a: [] },
          },
        },
      ],
    },
  ],
};

describe("serializeNotebook", () => {
  it("writes the layout of Jupyter", () => {
    expect(serializeNotebook(notebook)).toBe(`{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "one",
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "10%\\r",
      "20%\\n",
      "ü\\n"
     ]
    },
    {
     "data": {
      "application/json": {
       "a": [],
       "b": 1
      },
      "image/png": "AAAA\\n",
      "text/plain": [
       "1\\n",
       "2"
      ]
     },
     "execution_count": 1,
     "metadata": {},
     "output_type": "execute_result"
    }
   ],
   "source": [
    "const a = 1;\\n",
    "a;"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "name": "prism"
  },
  "language_info": {
   "name": "typescript"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`);
  });

  it("is undone by reading, and its own result stays as it is", () => {
    const text = serializeNotebook(notebook);
    const read = parseNotebook(text, "n");
    expect(read).toEqual(notebook);
    expect(serializeNotebook(read)).toBe(text);
  });
});

describe("expectWritable", () => {
  it("leaves a file alone that its owner has protected", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "prism protected "));
    const file = path.join(folder, "out.ipynb");
    await writeFile(file, "kept", { mode: 0o444 });
    await expect(expectWritable(file)).rejects.toThrow(
      /is read-only; choose another .* chmod u\+w/,
    );
    await chmod(file, 0o644);
    await expectWritable(file);
    expect(await readdir(folder)).toEqual(["out.ipynb"]);
    await rm(folder, { recursive: true });
  });

  it.runIf(process.platform === "linux")("comes back from where nothing can be", async () => {
    await expect(expectWritable("/proc/x/out.ipynb")).rejects.toThrow(/failed \(ENOENT\)/);
    await expect(writeFileAtomically("/proc/x/out.ipynb", "")).rejects.toThrow(FileError);
  });
});

describe("writeFileAtomically", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prism-write-"));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("makes the folders on the way and leaves nothing but the file", async () => {
    const file = path.join(folder, "out", "deep", "n.ipynb");
    await writeFileAtomically(file, "one");
    await writeFileAtomically(file, "two");
    expect(await readFile(file, "utf8")).toBe("two");
    expect(await readdir(path.dirname(file))).toEqual(["n.ipynb"]);
  });

  it("writes through a link and keeps a file as private as it was", async () => {
    const file = path.join(folder, "n.ipynb");
    const link = path.join(folder, "link.ipynb");
    await writeFile(file, "one", { mode: 0o600 });
    await symlink(file, link);
    await writeFileAtomically(link, "two");
    expect(await readFile(file, "utf8")).toBe("two");
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await lstat(file)).mode & 0o777).toBe(0o600);
  });

  it("says what cannot be written and leaves no rest behind", async () => {
    await writeFileAtomically(path.join(folder, "file"), "");
    const below = writeFileAtomically(path.join(folder, "file", "n.ipynb"), "x");
    await expect(below).rejects.toThrow(FileError);
    // A folder stands where the file should go: the rename fails after the text was written.
    const onFolder = writeFileAtomically(folder, "x");
    await expect(onFolder).rejects.toThrow(/expected to write .* check that the folder exists/s);
    const beside = await readdir(path.dirname(folder));
    expect(beside.filter((name) => name.startsWith(`.${path.basename(folder)}`))).toEqual([]);
  });
});
