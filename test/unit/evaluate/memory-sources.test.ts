import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memorySources } from "../../../kernel/evaluate/memory-sources.js";

const MB = 2 ** 20;
const meminfo = [
  "MemTotal:       8192 kB",
  "MemFree:         100 kB",
  "MemAvailable:   2048 kB",
  "SwapTotal:      1024 kB",
  "SwapFree:        512 kB",
].join("\n");

describe("memorySources", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "prism memory "));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function sources(files: Readonly<Record<string, string>>, limit?: number) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return memorySources({ limit, residentBytes: () => 3 * MB, root }).map((source) => [
      source.owner.split(" ").slice(1, 3).join(" "),
      source.totalBytes / MB,
      (source.availableBytes() ?? Number.NaN) / MB,
    ]);
  }

  it("has the machine's memory, with its swap", () => {
    expect(sources({ "proc/meminfo": meminfo })).toEqual([["this machine", 9, 2.5]]);
  });

  it("has the groups above the process, with files counted as free (version 2)", () => {
    const found = sources({
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "0::/user/kernel\n",
      "sys/fs/cgroup/user/kernel/memory.max": "max\n",
      "sys/fs/cgroup/user/memory.max": `${4 * MB}\n`,
      "sys/fs/cgroup/user/memory.current": `${3 * MB}\n`,
      "sys/fs/cgroup/user/memory.stat": `anon 5\nactive_file ${MB / 4}\ninactive_file ${MB / 4}\n`,
    });
    expect(found).toEqual([
      ["this container", 4, 1.5],
      ["this machine", 9, 2.5],
    ]);
  });

  it("has the group of a container whose path is that of the host (version 1)", () => {
    const found = sources({
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "5:cpu,cpuacct:/docker/1\n4:memory:/docker/1\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": `${2 * MB}\n`,
      "sys/fs/cgroup/memory/memory.usage_in_bytes": `${1 * MB}\n`,
      "sys/fs/cgroup/memory/memory.stat": `active_file 7\ntotal_active_file 0\ntotal_inactive_file ${MB / 2}\n`,
    });
    expect(found[0]).toEqual(["this container", 2, 1.5]);
  });

  it("passes over groups that are allowed more than the machine has", () => {
    const found = sources({
      "proc/meminfo": meminfo,
      "proc/self/cgroup": "4:memory:/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    });
    expect(found).toEqual([["this machine", 9, 2.5]]);
  });

  it("has the limit that was set, wherever it runs", () => {
    expect(sources({}, 5 * MB)).toEqual([["PRISM_MEMORY_LIMIT_MB allows", 5, 2]]);
  });
});
