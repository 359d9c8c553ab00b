// A supercell of 63³ fcc cells, 1,000,188 sites, on the JavaScript thread, and the memory that making it
// takes beyond the positions, in a process of its own.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "./measure.mjs";
import { fcc } from "./structures.mjs";

export async function* run({ quick = false } = {}) {
  const cells = quick ? 5 : 63;
  const unit = fcc("Cu", 1, 3.615);
  const { secondsMedian, runs, result } = await median(
    () => unit.supercell([cells, cells, cells]),
    quick ? 1 : 7,
  );
  const size = result.siteCount;
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(import.meta.url),
    String(cells),
  ]);
  const bytesPerSiteBeside = Number(stdout) / size;
  const values = { sitesPerSecond: size / secondsMedian, bytesPerSiteBeside };
  yield { case: "generate-supercell", size, secondsMedian, runs, values };
}

/** The process's largest resident size meanwhile above the one before, less 24 bytes a site; Linux. */
function bytesBeside(cells) {
  const unit = fcc("Cu", 1, 3.615);
  unit.supercell([2, 2, 2]);
  writeFileSync("/proc/self/clear_refs", "5"); // the largest size starts anew
  const before = residentBytes("VmRSS");
  const { siteCount } = unit.supercell([cells, cells, cells]);
  return residentBytes("VmHWM") - before - 24 * siteCount;
}

function residentBytes(name) {
  const status = readFileSync("/proc/self/status", "utf8");
  return 1024 * Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(bytesBeside(Number(process.argv[2])));
}
