// Three kernels behind one client: Prism, ipykernel and tslab. A peer is { name, language, launch,
// interrupt }; `launch` starts a process in a folder of its own with nothing in it.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { KernelClient } from "../../dist/kernel/transport/kernel-client.js";

const PYTHON = "/usr/bin/python3";

/** @returns The peers that this machine has, Prism first, and `close`. */
export async function openKernels() {
  const folder = await mkdtemp(join(tmpdir(), "prism-bench-"));
  const env = {
    XDG_DATA_HOME: join(folder, "data"),
    IPYTHONDIR: join(folder, "ipython"),
    JUPYTER_DATA_DIR: join(folder, "jupyter"),
    // The client takes whatever comes, as it does from the others.
    PRISM_IOPUB_DATA_RATE_LIMIT: "0",
  };
  const launcher = (argv) => () => KernelClient.launch({ argv, env, cwd: folder });
  const tslab = join(dirname(createRequire(import.meta.url).resolve("tslab/package.json")), "bin");
  const ipykernel = [PYTHON, "-m", "ipykernel_launcher", "-f", "{connection_file}"];
  const peers = [
    { name: "prism", language: "typescript", launch: launcher(), interrupt: byMessage },
    { name: "ipykernel", language: "python", launch: launcher(ipykernel), interrupt: bySignal },
    {
      name: "tslab",
      language: "typescript",
      launch: launcher([
        process.execPath,
        join(tslab, "tslab"),
        "kernel",
        "--config-path={connection_file}",
      ]),
      interrupt: bySignal,
    },
  ];
  const missing = new Map();
  if (!(await hasIpykernel())) missing.set("ipykernel", `${PYTHON} has no ipykernel`);
  return {
    peers: peers.filter(({ name }) => !missing.has(name)),
    /** Peer -> why it is left out. */
    missing,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function hasIpykernel() {
  const found = promisify(execFile)(PYTHON, ["-c", "import ipykernel"]);
  return found.then(
    () => true,
    () => false,
  );
}

function byMessage(kernel) {
  return kernel.interrupt();
}

/** As Jupyter does where a kernelspec asks for no message. */
async function bySignal(kernel) {
  process.kill(kernel.pid, "SIGINT");
}
