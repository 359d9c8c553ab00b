import { thisPlatform } from "../install/jupyter-paths.js";
import { packageManifest } from "../package-root.js";
import {
  type AddonInfo,
  checkAddon,
  checkJupyter,
  checkKernelspec,
  checkNode,
  checkTimers,
  checkTypescript,
  checkZeromq,
} from "./checks.js";
import type { Finding } from "./finding.js";

/** Everything `prism doctor` looks at, in the order in which things depend on each other. */
export async function diagnose(): Promise<readonly Finding[]> {
  const platform = thisPlatform();
  return [
    checkNode(process.version, packageManifest().engines.node),
    checkTimers(),
    await checkAddon(libraryInfo),
    await checkZeromq(() => import("zeromq")),
    checkTypescript(),
    await checkJupyter(platform),
    ...(await checkKernelspec(platform)),
  ];
}

/** Inside the check, so that a library that does not load is a finding, too. */
async function libraryInfo(): Promise<AddonInfo> {
  const { runtimeInfo } = await import("prism-lab");
  return runtimeInfo();
}

/** One line a finding, its remedy indented below. */
export function findingsAsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  return findings
    .map(({ level, subject, message, remedy }) => {
      const line = `${level.padEnd(4)}  ${subject.padEnd(width)}  ${message}`;
      return remedy === undefined ? line : `${line}\n${" ".repeat(width + 8)}-> ${remedy}`;
    })
    .join("\n");
}
