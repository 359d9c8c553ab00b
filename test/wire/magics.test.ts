import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CellOutcome } from "../../kernel/evaluate/evaluator.js";
import { EvaluateProcess, plain, type Shown, traceback } from "./evaluate-process.js";

let kernel: EvaluateProcess;
let stops = 0;
/** The notebook's folder, as the kernel names it. */
let folder: string;

beforeAll(async () => {
  kernel = await EvaluateProcess.start();
  folder = realpathSync(kernel.cwd);
  mkdirSync(join(folder, "a folder"));
  writeFileSync(join(folder, "a folder", "inside.txt"), "");
}, 60_000);

afterAll(() => kernel.close());

/** A cell that must succeed. */
async function shown(code: string): Promise<Shown> {
  const cell = await kernel.show(code);
  expect(traceback(cell.outcome)).toBe("");
  return cell;
}

/** The plain text of the only display. */
function tableOf({ outputs }: Shown): string {
  const displays = outputs.flatMap((each) => (each.kind === "display" ? [each.data] : []));
  expect(displays).toHaveLength(1);
  expect(displays[0]?.["text/html"]).toContain("<table");
  return String(displays[0]?.["text/plain"]);
}

const time = String.raw`[\d.]+ (?:ns|µs|ms|s)`;

describe("clocks", () => {
  const line = new RegExp(
    `^Wall time: ${time}, CPU time: ${time} \\(user ${time}, system ${time}\\)\n$`,
  );

  test("%time shows the value and the time on one line", async () => {
    const { stdout, result } = await shown("%time 6 * 7");
    expect(stdout).toMatch(line);
    expect(result).toBe("42");
  });

  test("%time counts what it awaits", async () => {
    const { stdout } = await shown("%time await new Promise((r) => setTimeout(r, 120))");
    expect(Number(/Wall time: ([\d.]+) (?:ms|s)/.exec(stdout)?.[1])).toBeGreaterThan(1);
    expect(stdout).not.toMatch(/Wall time: [\d.]+ (?:ns|µs)/);
    const later = await shown("%time const timed = 5\ntimed");
    expect(later.stdout).toMatch(line);
    expect(later.result).toBe("5");
  });

  test("%%time is for the whole cell, to the end of a promise that it gives", async () => {
    const { stdout, result } = await shown(
      "%%time\nconst parts = [1, 2];\nnew Promise((r) => setTimeout(() => { console.log('in'); r(parts) }, 5))",
    );
    expect(stdout).toMatch(/^in\nWall time: /);
    expect(result).toBe("[ 1, 2 ]");
  });

  const summary = new RegExp(
    `^${time} ± ${time} per loop \\(mean ± std\\. dev\\. of 3 runs, ([\\d,]+) loops each\\)\n$`,
  );

  test("%timeit picks the loops of a fast expression", async () => {
    const { stdout, result } = await shown("const base = 3;\n%timeit -r 3 base ** 2");
    expect(Number(summary.exec(stdout)?.[1]?.replaceAll(",", ""))).toBeGreaterThan(100);
    expect(result).toBe("");
  });

  test("%timeit awaits one loop after the other", async () => {
    const { stdout } = await shown(
      "let now = 0, most = 0;\n" +
        "const work = async () => { most = Math.max(most, ++now); await null; now-- };\n" +
        "%timeit -n 10 -r 3 work()\n%timeit -n 10 -r 3 await work()\nconsole.log(most)",
    );
    const [first, second, most] = stdout.trim().split("\n");
    for (const line of [first, second]) expect(summary.exec(`${line}\n`)?.[1]).toBe("10");
    expect(most).toBe("1");
  });

  test("%timeit stops", async () => {
    for (const code of ["%timeit -n 1000000000 base + 1", "%timeit -n 1000000000 await null"]) {
      const { outcome } = await stopped(`console.log("go")\n${code}`);
      expect(outcome.status).toBe("interrupted");
    }
    expect((await shown("base")).result).toBe("3");
  });
});

/** Stops a cell once it has printed `go`, and says how long the stop took. */
async function stopped(
  code: string,
): Promise<{ id: string; outcome: CellOutcome; milliseconds: number }> {
  const id = `stopped-${++stops}`;
  const done = kernel.run(code, { id });
  await kernel.output(
    (each) => each.parentId === id && each.kind === "stream" && each.text.includes("go"),
  );
  const start = performance.now();
  await kernel.interrupt();
  const outcome = await done;
  return { id, outcome, milliseconds: performance.now() - start };
}

describe("the shell", () => {
  test("text of both streams comes as it is written", async () => {
    const done = kernel.run(
      "!echo first; echo aside >&2; while [ ! -e flag ]; do sleep 0.01; done; echo last",
      { id: "live" },
    );
    await kernel.output((each) => each.kind === "stream" && each.text === "first\n");
    await kernel.output(
      (each) => each.kind === "stream" && each.name === "stderr" && each.text === "aside\n",
    );
    expect(kernel.shownBy("live").stdout).toBe("first\n");
    writeFileSync(join(folder, "flag"), "");
    expect((await done).status).toBe("ok");
    expect(kernel.shownBy("live").stdout).toBe("first\nlast\n");
  });

  test("a command is in its place among the lines", async () => {
    const { stdout, result } = await shown(
      "console.log('a')\n!echo b\nconsole.log('c')\n!echo \\\n  d\n7",
    );
    expect(stdout).toBe("a\nb\nc\nd\n");
    expect(result).toBe("7");
  });

  test("the exit code is kept and told, and the cell goes on", async () => {
    const { stderr, result } = await shown("!exit 3\n_exitCode.toFixed(1)");
    expect(stderr).toBe("!exit 3: exit code 3\n");
    expect(result).toBe("'3.0'");
    expect(await shown("!true\n_exitCode")).toMatchObject({ stderr: "", result: "0" });
    expect((await shown("!kill -TERM $$\n_exitCode")).result).toBe("143");
    const missing = await shown("!notACommand");
    expect(missing.stderr).toContain("exit code 127; to negate a value write (!notACommand)");
  });

  test("standard input is empty", async () => {
    expect((await shown("!cat; echo done")).stdout).toBe("done\n");
  });

  test("characters of several bytes are whole, however they arrive", async () => {
    const { stdout } = await shown(String.raw`!printf '\303'; sleep 0.05; printf '\274\n'`);
    expect(stdout).toBe("ü\n");
  });

  test("what runs on in the background holds up nothing, and its text comes later", async () => {
    const before = performance.now();
    await kernel.run("!sh -c 'sleep 2; echo late' & echo now", { id: "background" });
    expect(performance.now() - before).toBeLessThan(2000);
    expect(kernel.shownBy("background").stdout).toBe("now\n");
    const late = await kernel.output((each) => each.kind === "stream" && each.text === "late\n");
    expect(late.parentId).toBe("background");
  });

  /** Each prints the ids of its processes before it says `go`. */
  test.each([
    ["a command", "!echo $$ go; sleep 60"],
    ["one that is deaf to it", "!trap '' INT TERM; echo $$ go; sleep 60; sleep 60"],
    [
      "its children",
      "! (sleep 60 & echo $!; wait) & sleep 60 & echo $$ $!; sleep 0.1; echo go; wait",
    ],
    ["a flood", "!echo $$ go; yes"],
  ])("the stop button ends %s", async (_, code) => {
    const { id, outcome, milliseconds } = await stopped(`let kept = 1\n${code}\nkept = 2`);
    expect(outcome.status).toBe("interrupted");
    // 200 ms are asked for; the rest is for a machine that is busy with other tests.
    expect(milliseconds).toBeLessThan(2000);
    const pids = kernel.shownBy(id).stdout.match(/\d+/g)?.map(Number) ?? [];
    expect(pids.length).toBeGreaterThan(0);
    await expect.poll(() => pids.filter(isAlive), { timeout: 2000 }).toEqual([]);
    expect((await shown("kept")).result).toBe("1");
  });
});

describe("directories and the environment", () => {
  test("%cd goes there, back and home, and imports stay", async () => {
    expect((await shown("%cd a folder")).stdout).toBe(`${join(folder, "a folder")}\n`);
    expect((await shown("!ls")).stdout).toBe("inside.txt\n");
    expect((await shown("%cd -")).stdout).toBe(`${folder}\n`);
    expect((await shown('%cd "a folder"\n%cd ..\nprocess.cwd()')).result).toBe(`'${folder}'`);
    expect((await shown("%cd\n%cd -")).stdout).toBe(`${realpathSync(homedir())}\n${folder}\n`);
  });

  test("%cd says what is wrong, at its line", async () => {
    const { outcome } = await kernel.show("const here = 1\n\n  %cd nowhere\nthrow 1");
    const text = traceback(outcome);
    expect(text).toContain(
      `KernelError: [MAGIC_FAILED] %cd: there is no folder "nowhere" in ${folder}; its folders are `,
    );
    expect(text).toMatch(/at (?:async )?cell \[\d+\]:3:3\n {4}3 \| {3}%cd nowhere\n/);
    expect((await shown("here")).result).toBe("1");
    const near = await kernel.show("%cd a foldr");
    expect(traceback(near.outcome)).toContain('did you mean "a folder"?');
    const file = await kernel.show("%cd a folder/inside.txt");
    expect(traceback(file.outcome)).toMatch(/%cd: expected a folder, got the file ".*inside\.txt"/);
  });

  test("%env sets, shows and lists", async () => {
    expect((await shown("%env PRISM_A=1 2")).stdout).toBe("PRISM_A=1 2\n");
    expect((await shown("%env PRISM_A\n!echo $PRISM_A")).stdout).toBe("1 2\n1 2\n");
    await shown("%env PRISM_TOKEN=mine");
    const text = tableOf(await shown("%env"));
    expect(text).toMatch(/^PRISM_A +1 2$/m);
    expect(text).toMatch(/^PRISM_TOKEN +<hidden>$/m);
    expect(traceback((await kernel.show("%env PRISM_NOT")).outcome)).toContain(
      "PRISM_NOT is not set",
    );
  });
});

describe("variables", () => {
  test("%who lists them with types and values", async () => {
    await shown(
      "const point = { x: 1, y: [2] }; class Frame {}; let frame: Frame | undefined; type None = 1",
    );
    const text = tableOf(await shown("const own = new Map([['a', 1]])\n%who"));
    expect(text).toMatch(/^point +\{ x: number; y: number\[\]; \} +\{ x: 1, y: \[ 2 \] \}$/m);
    expect(text).toMatch(/^frame +Frame \| undefined +undefined$/m);
    expect(text).toMatch(/^Frame +typeof Frame +\[class Frame\]$/m);
    expect(text).toMatch(/^own +Map<string, number> +Map\(1\) \{ 'a' => 1 \}$/m);
    expect(text).not.toMatch(/^(?:None|prism|display|_exitCode)\b/m);
  });

  test("%who bears any value", async () => {
    await shown(
      "const trap = new Proxy({}, { get() { throw new Error('no') }, ownKeys() { throw new Error('no') } });" +
        "const long = 'x'.repeat(1000); const lines = { [Symbol.for('nodejs.util.inspect.custom')]: () => 'a\\n  b' }",
    );
    const text = tableOf(await shown("%who"));
    expect(text).toMatch(/^trap /m);
    expect(text).toMatch(/^lines .* a b$/m);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(200);
  });

  test("%reset forgets them, not the kernel", async () => {
    await shown("%reset -f");
    await shown("const gone = 1; const fetch = 5; interface Lost {}");
    const { stdout, result } = await shown("%reset -f\nconst fresh = 2\ntypeof fetch");
    expect(stdout).toBe("%reset: forgot 2 variables: gone, fetch\n");
    expect(result).toBe("'function'");
    expect((await kernel.show("gone")).outcome).toMatchObject({ ename: "TypeError (TS2304)" });
    expect((await kernel.show("let lost: Lost")).outcome).toMatchObject({
      ename: "TypeError (TS2304)",
    });
    expect(tableOf(await shown("%who"))).toMatch(/^name +type +value\nfresh +number +2$/);
    expect((await shown("const gone = 'new'; gone")).result).toBe("'new'");
  });

  test("%reset asks, where somebody can answer", async () => {
    const refused = await kernel.show("%reset");
    expect(traceback(refused.outcome)).toContain("write %reset -f");
    await shown("const held = 1");
    for (const [answer, said] of [
      ["n", "nothing was forgotten"],
      ["y", "forgot"],
    ] as const) {
      const id = `asked-${answer}`;
      const done = kernel.run("%reset", { id, allowStdin: true });
      await kernel.output((each) => each.parentId === id && each.kind === "input");
      expect(kernel.shownBy(id).stdout).toBe("");
      await kernel.call("inputReply", answer);
      await done;
      expect(kernel.shownBy(id).stdout).toContain(said);
    }
    expect((await kernel.show("held")).outcome.status).toBe("error");
  });
});

describe("files", () => {
  test("%%writefile writes the cell as it stands, and appends", async () => {
    const body = "const a = `\n%who`\n  ü\n!ls";
    expect((await shown(`%%writefile new file.ts\n${body}`)).stdout).toBe("Writing new file.ts\n");
    expect(readFileSync(join(folder, "new file.ts"), "utf8")).toBe(`${body}\n`);
    expect((await shown("%%writefile -a new file.ts\nmore\n")).stdout).toBe(
      "Appending to new file.ts\n",
    );
    expect(readFileSync(join(folder, "new file.ts"), "utf8")).toBe(`${body}\nmore\n`);
    expect((await shown("%%writefile new file.ts\n")).stdout).toBe("Overwriting new file.ts\n");
    expect(readFileSync(join(folder, "new file.ts"), "utf8")).toBe("");
    const { outcome } = await kernel.show("%%writefile none/a.ts\nx");
    expect(traceback(outcome)).toContain(
      `[MAGIC_FAILED] %%writefile: there is no folder "none" in ${folder}; `,
    );
    const onFolder = await kernel.show("%%writefile a folder\nx");
    expect(traceback(onFolder.outcome)).toContain(
      '%%writefile: expected a file, got the folder "a folder"; its files are inside.txt',
    );
  });

  test("%load puts the file in place of the cell, or below what the cell still holds", async () => {
    writeFileSync(join(folder, "part.ts"), "export const part = 1;\n");
    const text = "// %load part.ts\nexport const part = 1;\n";
    const source = "set_next_input";
    const alone = await shown("%load part.ts");
    expect(alone.outcome).toMatchObject({ payload: [{ source, text, replace: true }] });
    const beside = await shown("const b = 1\n%load part.ts");
    expect(beside.outcome).toMatchObject({ payload: [{ source, text, replace: false }] });
    expect((await shown(text)).stdout).toBe("");
    const near = traceback((await kernel.show("%load prat.ts")).outcome);
    expect(near).toContain(
      `%load: there is no file "prat.ts" in ${folder}; did you mean "part.ts"?`,
    );
    const far = traceback((await kernel.show("%load a folder/nothing.ts")).outcome);
    expect(far).toContain('there is no file "nothing.ts" in');
    expect(far).toContain("its files are inside.txt");
    const onFolder = traceback((await kernel.show("%load a folder")).outcome);
    expect(onFolder).toContain('%load: expected a file, got the folder "a folder"');
  });
});

test("%help lists them", async () => {
  const text = tableOf(await shown("%help"));
  for (const magic of ["%time CODE", "%%writefile [-a] FILE", "!COMMAND", "%reset [-f]"]) {
    expect(text).toContain(magic);
  }
});

describe("cells around magics", () => {
  test("a wrong magic stops the cell before anything runs", async () => {
    const { outcome, stdout } = await kernel.show("console.log('ran')\n%tiem 1");
    expect(outcome).toMatchObject({ ename: "UsageError" });
    expect(traceback(outcome)).toMatch(
      /did you mean %time\? %help lists all\n {4}at cell \[\d+\]:2:1\n/,
    );
    expect(stdout).toBe("");
  });

  test("errors name the lines as written", async () => {
    const run = await kernel.show(
      "%cd .\n!true\nconst f = () => { throw new Error('x') }\n%time f()",
    );
    const lines = traceback(run.outcome);
    expect(lines).toMatch(/at f \(cell \[\d+\]:3:25\)/);
    expect(lines).toMatch(/at (?:async )?cell \[\d+\]:4:7\n {4}4 \| %time f\(\)\n/);
    const repeated = await kernel.show("\n%timeit -n 1 -r 1 f()");
    expect(traceback(repeated.outcome)).toMatch(/cell \[\d+\]:2:19\)?\n/);
  });

  test("texts that look like magics are texts", async () => {
    const text = "a\n%who\n!exit 9\n%%time\n";
    const { result, outputs } = await shown(`const looks = \`${text}\`; /*\n!exit 9\n*/ looks`);
    expect(result).toBe(plain(`'a\\n%who\\n!exit 9\\n%%time\\n'`));
    expect(outputs).toHaveLength(1);
  });

  test("%typecheck holds from its cell on", async () => {
    expect((await shown("1\n%typecheck off\nconst wrong: number = 'a'; wrong")).result).toBe("'a'");
    expect((await shown("const also: number = 'b'; also")).result).toBe("'b'");
    expect((await shown("%typecheck")).stdout).toMatch(/^%typecheck off: types are not checked; /);
    expect((await shown("%typecheck\n%typecheck error")).stdout).toMatch(/^%typecheck error: /);
    expect((await kernel.show("const no: number = 'c'")).outcome.status).toBe("error");
  });
});

test("the end of the kernel ends what its commands left running", async () => {
  const other = await EvaluateProcess.start();
  const { outcome } = await other.show("!sleep 71 & echo $!");
  expect(outcome.status).toBe("ok");
  const pid = Number(other.shownBy("cell-1").stdout);
  expect(process.kill(pid, 0)).toBe(true);
  await other.close();
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody waits for is as good as gone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
