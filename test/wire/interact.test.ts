import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../kernel/protocol/message.js";
import { KernelFixture } from "./kernel-fixture.js";
import { WidgetPage } from "./widget-page.js";

let kernel: KernelFixture;
let page: WidgetPage;

beforeAll(async () => {
  kernel = await KernelFixture.start();
  page = new WidgetPage(kernel);
});
beforeEach(() => {
  page.messages.length = 0;
});
afterAll(() => kernel.stop());

const typed = (type: string) => (message: Message) => message.header.msg_type === type;

function textOf({ content }: Message): string {
  const data = content.data as Readonly<Record<string, unknown>> | undefined;
  return stripVTControlCharacters(String(data?.["text/plain"] ?? content.text ?? ""));
}

function idOf({ content }: Message): unknown {
  return (content.transient as Readonly<Record<string, unknown>> | undefined)?.display_id;
}

const drawn = (text: string) => (message: Message) =>
  typed("update_display_data")(message) && textOf(message).includes(text);

/** Texts of what was displayed since the test began, in order. */
const displays = (): string[] =>
  page.messages.filter(({ header }) => header.msg_type.endsWith("display_data")).map(textOf);

async function run(code: string): Promise<string> {
  const { reply, outputs } = await kernel.client.execute(code);
  expect(reply, JSON.stringify(reply)).toMatchObject({ status: "ok" });
  const [result] = outputs.filter(({ type }) => type === "execute_result");
  const data = result?.content.data as Readonly<Record<string, unknown>> | undefined;
  return stripVTControlCharacters(String(data?.["text/plain"] ?? ""));
}

describe("before a front end with widgets has spoken", () => {
  it("the picture of a widget follows it, in every cell that shows or holds it", async () => {
    await run("const shown = widgets.intSlider({ description: 'n' });\nshown");
    await run("const box = widgets.hbox([shown]);\nbox");
    await run("shown.value = 5;");
    expect(displays()).toEqual([
      "n: 0 (0 to 100)",
      "n: 0 (0 to 100)",
      "n: 5 (0 to 100)",
      "n: 5 (0 to 100)",
    ]);
    const [first, second, ...updates] = page.messages.filter(
      ({ content }) => "data" in content && "transient" in content,
    );
    expect(updates.map(idOf).sort()).toEqual([idOf(first!), idOf(second!)].sort());
  });

  it("the ids of models are the same in every run of a notebook", async () => {
    const code = "const again = [widgets.text(), widgets.text()];";
    const idsOf = async (fixture: KernelFixture, times: number): Promise<string[]> => {
      const ids: string[] = [];
      const stop = fixture.client.onIopub(({ header, content }) => {
        if (header.msg_type === "comm_open") ids.push(String(content.comm_id));
      });
      for (let i = 0; i < times; i++) await fixture.client.execute(code);
      stop();
      return ids;
    };
    const other = await KernelFixture.start();
    const ids = await idsOf(kernel, 2);
    expect(await idsOf(other, 2)).toEqual(ids);
    await other.stop();
    expect(new Set(ids).size).toBe(12);
  });

  it("a cell that changes a control lasts until the output is up to date", async () => {
    await run(`
      const early = interact(async ({ n }) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return n * 2;
      }, { n: [0, 10] });`);
    expect(displays().at(-1)).toBe("10");
    await run("early.controls.n.value = 2; early.controls.n.value = 3;");
    const numbers = displays().filter((text) => /^\d+$/.test(text));
    expect(numbers).toEqual(["10", "6"]);
  });
});

describe("interact", () => {
  it("shows its controls, and below them what the function returns, drawn again in its place", async () => {
    const messages = await kernel.recorded(() =>
      run("interact(({ n, on }) => [n, on].join(' '), { n: [0, 10, 2], on: true })"),
    );
    const [controls, output, ...more] = messages.filter(typed("display_data"));
    expect(textOf(controls!)).toBe("n: 4 (0 to 10)\n[x] on");
    expect(textOf(output!)).toBe("'4 true'");
    expect(more).toEqual([]);
    expect(messages.filter(typed("execute_result"))).toEqual([]);

    const redrawn = kernel.iopub(drawn("6 true"));
    page.change(page.newest("IntSliderModel").id, { value: 6 });
    expect(idOf(await redrawn)).toBe(idOf(output!));
    expect((await redrawn).parentHeader.msg_id).toBe(output!.parentHeader.msg_id);
    const again = kernel.iopub(drawn("6 false"));
    page.change(page.newest("CheckboxModel").id, { value: false });
    await again;
  });

  it("shows nothing where the function shows nothing, until it does", async () => {
    const messages = await kernel.recorded(() =>
      run("interact(({ n }) => { if (n > 6) return 'over ' + n; }, { n: [0, 10] })"),
    );
    expect(messages.filter(typed("display_data"))).toHaveLength(1);
    const shown = kernel.iopub(
      (message) => typed("display_data")(message) && textOf(message).includes("over 8"),
    );
    page.change(page.newest("IntSliderModel").id, { value: 8 });
    const { id } = page.newest("IntSliderModel");
    const first = await shown;
    const again = kernel.iopub(drawn("over 9"));
    page.change(id, { value: 9 });
    expect(idOf(await again)).toBe(idOf(first));
    expect((await again).parentHeader.msg_id).toBe(messages[0]!.parentHeader.msg_id);
    const emptied = kernel.iopub(
      (message) => typed("update_display_data")(message) && textOf(message) === "",
    );
    page.change(id, { value: 1 });
    expect(idOf(await emptied)).toBe(idOf(first));
  });

  it("shows what the function prints, and no more, where it returns nothing", async () => {
    const messages = await kernel.recorded(() =>
      run("interact(({ n }) => { console.log('printed ' + n); }, { n: [0, 10] })"),
    );
    const [, output, ...more] = messages.filter(typed("display_data"));
    expect(output!.content.data).toEqual({ "text/plain": "printed 5\n" });
    expect(more).toEqual([]);
  });

  it("makes of each abbreviation the control that users of ipywidgets expect", async () => {
    const kinds = await run(`
      const made = interact(() => {}, {
        whole: [0, 10], parts: [0, 1, 0.25], unit: [5.2, 5.6], seven: 7, half: 0.5, zero: 0,
        on: true, name: "text", list: ["a", "b"], pairs: [["A", 1], ["B", 2]],
        labelled: { C: 3 }, map: new Map([["D", 4]]), numbers: [1, 2, 3, 4],
        own: widgets.intText({ value: 5 }),
      });
      Object.values(made.values).map(String).join()`);
    expect(kinds).toBe("'5,0.5,5.4,7,0.5,0,true,text,a,1,3,4,1,5'");
    const opened = page.messages.filter(typed("comm_open")).map(({ content }) => {
      const { state } = content.data as { state: Readonly<Record<string, unknown>> };
      const { _model_name: model, description, min, max, step } = state;
      return { model, description, min, max, step };
    });
    const control = (name: string) => opened.find(({ description }) => description === name);
    expect(control("whole")).toMatchObject({ model: "IntSliderModel", min: 0, max: 10, step: 1 });
    expect(control("parts")).toMatchObject({ model: "FloatSliderModel", step: 0.25 });
    expect(control("unit")).toMatchObject({ model: "FloatSliderModel", min: 5.2, max: 5.6 });
    expect(control("unit")?.step).toBeCloseTo(0.002, 12);
    expect(control("seven")).toMatchObject({ model: "IntSliderModel", min: -7, max: 21 });
    expect(control("half")).toMatchObject({ model: "FloatSliderModel", min: -0.5, max: 1.5 });
    expect(control("zero")).toMatchObject({ model: "IntSliderModel", min: 0, max: 1 });
    expect(control("name")).toMatchObject({ model: "TextModel" });
    for (const name of ["list", "pairs", "labelled", "map", "numbers"]) {
      expect(control(name), name).toMatchObject({ model: "DropdownModel" });
    }
  });

  it("gathers all that a call shows into the one output", async () => {
    const messages = await kernel.recorded(() =>
      run(`
      interact(async ({ x }) => {
        console.log("printed", x);
        display.html("<b>first</b>");
        await null;
        const handle = await display("second");
        await handle.update("changed");
        console.error("warned");
        return { x };
      }, { x: [0, 4] });`),
    );
    expect(messages.filter(typed("stream"))).toEqual([]);
    const last = messages.findLast(typed("update_display_data"))!;
    const { "text/html": html } = last.content.data as Readonly<Record<string, string>>;
    expect(html).toMatch(/printed 2.*<b>first<\/b>.*changed.*warned.*\{ x: 2 \}/s);
    expect(html).not.toContain("second");
    expect(textOf(last)).toContain("printed 2\n[text/html]\n'changed'\nwarned\n{ x: 2 }");
  });

  it("passes a bundle on as it is where a call shows nothing else", async () => {
    const messages = await kernel.recorded(() =>
      run(`
      const bundle = { "image/png": new Uint8Array([1, 2]), "text/plain": "a picture" };
      interact(() => ({ [Symbol.for("Jupyter.display")]: () => bundle }), {});`),
    );
    const output = messages.filter(typed("display_data"))[1]!;
    expect(output.content.data).toEqual({ "image/png": "AQI=", "text/plain": "a picture" });
  });

  it("runs one call at a time, and after it one with the latest value", async () => {
    await run(`
      const calls: number[] = [];
      const aborted: boolean[] = [];
      let open = (): void => {};
      interact(async ({ n }, { signal }) => {
        calls.push(n);
        if (n === 1) {
          console.log("under way");
          await new Promise<void>((resolve) => { open = resolve; });
          aborted.push(signal.aborted);
        }
        return \`drawn \${n}\`;
      }, { n: [0, 2000] });`);
    const { id } = page.newest("IntSliderModel");
    const underWay = kernel.iopub(drawn("under way"));
    page.change(id, { value: 1 });
    await underWay;
    for (let n = 2; n <= 1001; n++) page.change(id, { value: n });
    await kernel.iopub(
      ({ content }) =>
        content.comm_id === id &&
        (content.data as { state: { value: number } }).state.value === 1001,
    );
    const final = kernel.iopub(drawn("drawn 1001"));
    await run("open();");
    await final;
    expect(await run("calls.join()")).toBe("'1000,1,1001'");
    expect(await run("aborted.join()")).toBe("'true'");
  });

  it("draws far fewer times than a slider is moved", async () => {
    await run(`
      let count = 0;
      interact(({ n }) => { count++; return \`at \${n}\`; }, { n: [0, 2000] });`);
    const { id } = page.newest("IntSliderModel");
    const final = kernel.iopub(drawn("at 1999"));
    for (let n = 1; n < 2000; n++) page.change(id, { value: n });
    await final;
    expect(Number(await run("count"))).toBeLessThan(1000);
  });

  it("shows an error of a later call in the place of its output, and goes on", async () => {
    await run(`
      interact(({ n }) => {
        if (n === 3) throw new RangeError("three is too many");
        return \`fine with \${n}\`;
      }, { n: [0, 10] });`);
    const { id } = page.newest("IntSliderModel");
    const error = kernel.iopub(drawn("three is too many"));
    page.change(id, { value: 3 });
    expect(textOf(await error)).toContain("cell [");
    const fine = kernel.iopub(drawn("fine with 4"));
    page.change(id, { value: 4 });
    await fine;
    expect(page.messages.filter(typed("error"))).toEqual([]);
  });

  it("fails its cell where the first call throws, at once or later", async () => {
    const { reply } = await kernel.client.execute(
      "interact(() => { throw new RangeError('at once'); }, { n: [0, 10] });",
    );
    expect(reply).toMatchObject({ status: "error", evalue: "at once" });
    const { outputs } = await kernel.client.execute(
      "interact(async () => { await null; throw new RangeError('later'); }, { n: [0, 10] });",
    );
    const errors = outputs.filter(({ type }) => type === "error");
    expect(errors.map(({ content }) => content.evalue)).toEqual(["later"]);
  });

  it.each([
    ["computes", "for (;;) {}"],
    ["computes after an await", "await null; for (;;) {}"],
    ["waits", "await new Promise(() => {})"],
  ])("is ended by the stop button while a call %s, and draws again", async (_, code) => {
    await run(`
      interact(async ({ n }) => {
        if (n === 1) { console.log("going"); ${code} }
        return \`drawn \${n}\`;
      }, { n: [0, 10] });`);
    const { id } = page.newest("IntSliderModel");
    const busy = kernel.iopub(({ content }) => content.comm_id === id);
    page.change(id, { value: 1 });
    await busy;
    const stopped = kernel.iopub(drawn("Interrupted"));
    let isStopped = false;
    void stopped.then(() => {
      isStopped = true;
    });
    // The call starts some time after the message.
    while (!isStopped) {
      await kernel.client.interrupt();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const again = kernel.iopub(drawn("drawn 2"));
    page.change(id, { value: 2 });
    await again;
    expect(await run("6 * 7")).toBe("42");
  });

  it("calls at the press of a button where that is asked for", async () => {
    await run(`
      let pressed = 0;
      interact.manual(({ n }) => \`\${++pressed} times, \${n}\`, { n: [0, 10] }, { label: "Go" });`);
    page.change(page.newest("IntSliderModel").id, { value: 8 });
    const pressed = kernel.iopub(drawn("1 times, 8"));
    page.click(page.newest("ButtonModel").id);
    await pressed;
    expect(page.models.get(page.newest("ButtonModel").id)?.description).toBe("Go");
  });

  it("can be called from a cell, tells its values, and is closed for good", async () => {
    const open = page.models.size;
    await run("let runs = 0; const own = interact(({ n }) => { runs++; return n; }, { n: 4 });");
    await run("await own.run();");
    expect(await run("[runs, own.result, own.values.n].join()")).toBe("'2,4,4'");
    await run("own.close(); own.controls.n.value = 5; await own.run();");
    expect(await run("runs")).toBe("2");
    expect(page.models.size).toBe(open);
  });
});
