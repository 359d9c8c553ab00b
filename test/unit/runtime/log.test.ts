import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";

const built = new URL("../../../dist/src/runtime/log.js", import.meta.url).href;

const everyLevel = `
  for (const level of ["trace", "debug", "info", "warn", "error"]) {
    log[level]({ task: "powderPattern", queuedMs: 1.5 }, "a line of " + level);
  }
`;

interface Line {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Runs the code in a process with PRISM_LOG; what it returns is printed as JSON on stdout. */
function inProcess(level: string | undefined, code: string, stderr: "pipe" | number = "pipe") {
  const { PRISM_LOG: _, ...env } = process.env;
  const script = `
    import { runtimeLog, logWarning } from ${JSON.stringify(built)};
    const log = runtimeLog();
    const result = await (async () => { ${code} })();
    process.stdout.write(JSON.stringify(result ?? null));
  `;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: level === undefined ? env : { ...env, PRISM_LOG: level },
    stdio: ["ignore", "pipe", stderr],
    encoding: "utf8",
    timeout: 20_000,
  });
  const lines = (child.stderr ?? "").split("\n").filter((line) => line !== "");
  return { status: child.status, result: JSON.parse(child.stdout || "null"), lines };
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Line);

describe("runtimeLog", () => {
  it.each([undefined, "", "silent", "SILENT", "fatal"])(
    "writes nothing at PRISM_LOG=%s",
    (level) => {
      const { status, lines, result } = inProcess(
        level,
        `${everyLevel} return [log, logWarning()]`,
      );
      expect(status).toBe(0);
      expect(lines).toEqual([]);
      expect(result[0]).toMatchObject({
        traceEnabled: false,
        debugEnabled: false,
        infoEnabled: false,
        warnEnabled: false,
        errorEnabled: false,
      });
      expect(result[1]).toBeNull();
    },
  );

  it.each([
    ["trace", ["trace", "debug", "info", "warn", "error"]],
    ["debug", ["debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    [" Warn ", ["warn", "error"]],
    ["ERROR", ["error"]],
  ])("writes the levels from PRISM_LOG=%s on", (level, written) => {
    const { lines, result } = inProcess(level, `${everyLevel} return log`);
    expect(parsed(lines).map(({ msg }) => msg)).toEqual(written.map((name) => `a line of ${name}`));
    for (const name of ["trace", "debug", "info", "warn", "error"]) {
      expect([name, result[`${name}Enabled`]]).toEqual([name, written.includes(name)]);
    }
  });

  it("writes a line of JSON with the name, the fields and what an error says", () => {
    const { lines } = inProcess(
      "info",
      `log.info({ task: "powderPattern", err: new RangeError("too far") }, "50% \\n %s")`,
    );
    expect(lines).toHaveLength(1);
    expect(parsed(lines)[0]).toMatchObject({
      level: 30,
      name: "prism",
      task: "powderPattern",
      err: { type: "RangeError", message: "too far" },
      msg: "50% \n %s",
    });
  });

  it("has written a line when the process dies right after", () => {
    const { lines, status } = inProcess("error", `log.error({}, "last words"); process.exit(3)`);
    expect(status).toBe(3);
    expect(parsed(lines)[0].msg).toBe("last words");
  });

  it("loses lines that cannot be written, and never throws", () => {
    const hostile = `
      const circular = {}; circular.self = circular;
      log.info({ circular, big: 10n, call() {} }, "odd");
      log.info({ get field() { throw new Error("mine") } }, "lost");
      log.info({ field: { toJSON() { throw new Error("mine") } } }, "odd too");
      log.info({}, "after");
      return "alive";
    `;
    const { result, lines } = inProcess("info", hostile);
    expect(result).toBe("alive");
    expect(parsed(lines).map(({ msg }) => msg)).toContain("after");
  });

  it("survives a stderr that cannot be written to", () => {
    const readOnly = openSync("/dev/null", "r");
    expect(inProcess("trace", `${everyLevel} return "alive"`, readOnly)).toMatchObject({
      status: 0,
      result: "alive",
    });
    closeSync(readOnly);
  });

  it("survives a stderr whose reader has gone", () => {
    const script = `
      import { spawn } from "node:child_process";
      const code = 'import { runtimeLog } from ${JSON.stringify(built)};' +
        'process.stdin.once("data", () => {' +
        '  for (let i = 0; i < 3; i++) runtimeLog().error({}, "nobody hears");' +
        '  process.exitCode = 7;' +
        '});';
      const child = spawn(process.execPath, ["--input-type=module", "-e", code],
        { stdio: ["pipe", "ignore", "pipe"] });
      child.stderr.on("close", () => child.stdin.end("go"));
      child.stderr.destroy();
      child.on("exit", (status) => process.exit(status ?? 1));
    `;
    const parent = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, PRISM_LOG: "error" },
      encoding: "utf8",
      timeout: 20_000,
    });
    expect(parent.status).toBe(7);
  });
});

describe("logWarning", () => {
  it("tells of a level that does not exist, and nothing is logged", () => {
    const { result, lines } = inProcess("verbose", `${everyLevel} return logWarning()`);
    expect(lines).toEqual([]);
    expect(result).toBe(
      "nothing is logged: PRISM_LOG must be one of trace, debug, info, warn, error, fatal, silent; " +
        'got "verbose"',
    );
  });
});
