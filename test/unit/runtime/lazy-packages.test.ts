import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const built = new URL("../../../dist/src/", import.meta.url).href;

/** Packages that cost tens of milliseconds to load, found among the scripts that a process has run. */
function packagesAfter(code: string): string[] {
  const script = `
    import { Session } from "node:inspector";
    ${code}
    const scripts = [];
    const session = new Session();
    session.connect();
    session.on("Debugger.scriptParsed", ({ params }) => scripts.push(params.url));
    session.post("Debugger.enable");
    const packages = ["zod", "prom-client", "pino", "sonic-boom", "@resvg/resvg-js"];
    const loaded = packages.filter((name) =>
      scripts.some((url) => url.includes("/node_modules/" + name + "/")));
    process.stdout.write(JSON.stringify(loaded));
  `;
  const { PRISM_LOG: _, ...env } = process.env;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env,
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(child.status, child.stderr).toBe(0);
  return JSON.parse(child.stdout) as string[];
}

it("importing the library and using its shared runtime loads none of them", () => {
  const loaded = packagesAfter(`
    const { Runtime } = await import("${built}index.js");
    Runtime.shared.stats();
    Runtime.shared.close();
  `);
  expect(loaded).toEqual([]);
});

it("counting, a silent log and default options load none of them", () => {
  const loaded = packagesAfter(`
    const { checkedRuntimeOptions } = await import("${built}runtime/runtime-options.js");
    const { TaskLedger } = await import("${built}runtime/ledger.js");
    const { RuntimeMetrics } = await import("${built}runtime/metrics.js");
    const { runtimeLog, logWarning } = await import("${built}runtime/log.js");
    checkedRuntimeOptions();
    checkedRuntimeOptions({});
    const ledger = new TaskLedger();
    new RuntimeMetrics(ledger, () => ({}));
    ledger.submitted("powder");
    runtimeLog().error({}, "unheard");
    logWarning();
  `);
  expect(loaded).toEqual([]);
});

it.each([
  [
    "an option",
    `const { checkedRuntimeOptions } = await import("${built}runtime/runtime-options.js");
     checkedRuntimeOptions({ threadCount: 2 });`,
    ["zod"],
  ],
  [
    "a registry",
    `const { TaskLedger } = await import("${built}runtime/ledger.js");
     const { RuntimeMetrics } = await import("${built}runtime/metrics.js");
     new RuntimeMetrics(new TaskLedger(), () => ({})).registry;`,
    ["prom-client"],
  ],
  [
    "a line below the level of the log",
    `process.env.PRISM_LOG = "error";
     const { runtimeLog } = await import("${built}runtime/log.js");
     runtimeLog().warn({}, "too quiet");`,
    [],
  ],
  [
    "a line that is written",
    `process.env.PRISM_LOG = "error";
     const { runtimeLog } = await import("${built}runtime/log.js");
     runtimeLog().error({}, "loud enough");`,
    ["pino", "sonic-boom"],
  ],
])("%s loads what it needs and no more", (_, code, packages) => {
  expect(packagesAfter(code)).toEqual(packages);
});
