// CIFs: twenty small ones with symmetry, a P1 file of 4,000 atoms, and one of 100 MB. Texts are in
// memory for us and in the cache of files for the peers, which read paths only; "cif-file" is the same
// through `Crystal.fromFile`. Best of the runs on both sides: the peers' median says more of the
// machine.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Crystal } from "prism-lab";
import { symmetricCifs, writeP1 } from "./cif/inputs.mjs";
import { elapsedMs, quantile } from "./measure.mjs";

const python = "/usr/bin/python3";
const script = fileURLToPath(new URL("cif/peers.py", import.meta.url));

export async function* run({ wants = () => true, quick = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "prism-bench-cif-"));
  try {
    if (wants("cif-symmetric")) yield await symmetric(folder, quick);
    if (wants("cif-p1")) yield await p1(folder, quick);
    if (wants("cif-file")) yield await files(folder, quick);
    if (wants("cif-large")) yield await large(folder, quick);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function symmetric(folder, quick) {
  const texts = symmetricCifs();
  const paths = await written(folder, texts);
  const read = () => texts.map((text) => Crystal.fromText(text, { format: "cif" }));
  const timing = await timed(read, quick ? 3 : 400);
  const peers = await measurePeers(["gemmi", "ase", "pymatgen"], paths, quick ? 1 : 5);
  return result("cif-symmetric", texts.length, timing, { peers, perFile: texts.length });
}

async function p1(folder, quick) {
  const path = join(folder, "p1.cif");
  const size = await writeP1(path, quick ? 3 : 10);
  const text = await readFile(path, "utf8");
  const timing = await timed(() => [Crystal.fromText(text)], quick ? 3 : 100);
  const names = ["gemmi", "ase", "pymatgen"];
  const peers = await measurePeers(names, [path], quick ? 1 : 3);
  return result("cif-p1", size, timing, { peers, perFile: 1 });
}

async function files(folder, quick) {
  const paths = await written(folder, symmetricCifs());
  const read = () => Promise.all(paths.map((path) => Crystal.fromFile(path)));
  const timing = await timed(read, quick ? 3 : 100);
  return result("cif-file", paths.length, timing, { peers: {}, perFile: paths.length });
}

/** How long it takes, and for how long the event loop does not turn meanwhile. */
async function large(folder, quick) {
  const path = join(folder, "large.cif");
  const size = await writeP1(path, quick ? 15 : 81);
  let longestMs = 0;
  const timing = await timed(
    async () => {
      let last = performance.now();
      const turn = () => {
        const now = performance.now();
        longestMs = Math.max(longestMs, now - last);
        last = now;
      };
      const clock = setInterval(turn, 1);
      const crystal = await Crystal.fromFile(path);
      turn();
      clearInterval(clock);
      return [crystal];
    },
    quick ? 1 : 5,
  );
  const { size: bytes } = await stat(path);
  const { secondsMedian, runs, seconds, sites } = timing;
  const values = { megabytes: bytes / 1e6, minSeconds: seconds, longestHoldMs: longestMs, sites };
  return { case: "cif-large", size, secondsMedian, runs, values };
}

async function written(folder, texts) {
  const paths = texts.map((_, i) => join(folder, `${i}.cif`));
  await Promise.all(paths.map((path, i) => writeFile(path, texts[i])));
  return paths;
}

async function timed(read, runs) {
  let crystals = await read();
  const seconds = [];
  for (let i = 0; i < runs; i++) {
    seconds.push((await elapsedMs(async () => (crystals = await read()))) / 1000);
  }
  const sites = crystals.reduce((sum, { siteCount }) => sum + siteCount, 0);
  return { seconds: Math.min(...seconds), secondsMedian: quantile(seconds, 0.5), runs, sites };
}

async function measurePeers(names, paths, runs) {
  const found = {};
  for (const name of names) {
    try {
      const { stdout } = await promisify(execFile)(python, [script, runs, name, ...paths]);
      found[name] = JSON.parse(stdout);
    } catch (error) {
      found[name] = { reason: error.message.split("\n")[0] };
    }
  }
  return found;
}

function result(name, size, { seconds, secondsMedian, runs, sites }, { peers, perFile }) {
  const values = { minUsPerFile: (seconds / perFile) * 1e6, sites };
  for (const [peer, found] of Object.entries(peers)) {
    if (found.reason === undefined) {
      values[`${peer}MinUsPerFile`] = (found.seconds / perFile) * 1e6;
      values[`${peer}Sites`] = found.sites;
    } else {
      values[`${peer}MinUsPerFile`] = null;
      values[`${peer}Reason`] = found.reason;
    }
  }
  return { case: name, size, secondsMedian, runs, values };
}
