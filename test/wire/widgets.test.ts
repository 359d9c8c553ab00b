import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../kernel/protocol/message.js";
import { KernelFixture } from "./kernel-fixture.js";
import { type State, WidgetPage } from "./widget-page.js";

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
const saying = (text: string) => (message: Message) =>
  typed("stream")(message) && String(message.content.text).includes(text);

async function run(code: string): Promise<string> {
  const { reply, outputs } = await kernel.client.execute(code);
  expect(reply, JSON.stringify(reply)).toMatchObject({ status: "ok" });
  return stripVTControlCharacters(
    outputs
      .map(({ content }) => (content.data as State | undefined)?.["text/plain"] ?? content.text)
      .join("\n"),
  );
}

async function refused(code: string): Promise<string> {
  const { reply } = await kernel.client.execute(code);
  expect(reply.status).toBe("error");
  return stripVTControlCharacters(`${"evalue" in reply ? reply.evalue : ""}`);
}

interface Golden {
  readonly widget: State;
  readonly style: State | null;
}

const golden = JSON.parse(
  readFileSync(new URL("../golden/widgets/states.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Golden>>;

describe("a model is sent as ipywidgets sends it:", () => {
  const made: Readonly<Record<string, string>> = {
    hbox: "[]",
    vbox: "[]",
    tab: "{}",
    accordion: "{}",
  };
  const choices = ["dropdown", "select", "radioButtons", "toggleButtons", "selectionSlider"];
  for (const name of choices) Object.assign(made, { [name]: '{ options: ["a", "b"] }' });
  const names = Object.keys(golden).filter((name) => name !== "layout");

  it.each(names)("%s, with its layout and style", async (name) => {
    await run(`widgets.${name}(${made[name] ?? ""});`);
    const opened = page.messages.filter(typed("comm_open"));
    for (const { content, metadata } of opened) {
      expect(content.target_name).toBe("jupyter.widget");
      expect(content.data).toMatchObject({ buffer_paths: [] });
      expect(metadata).toEqual({ version: "2.1.0" });
    }
    const states = opened.map(({ content }) => (content.data as { state: State }).state);
    const ids = opened.map(({ content }) => `IPY_MODEL_${content.comm_id}`);
    const { layout, style, ...widget } = states.at(-1)!;
    expect(widget).toEqual(golden[name]!.widget);
    expect(layout).toBe(ids[0]);
    expect(states[0]).toEqual(golden.layout!.widget);
    expect(style).toBe(golden[name]!.style === null ? undefined : ids[1]);
    if (golden[name]!.style !== null) expect(states[1]).toEqual(golden[name]!.style);
  });
});

describe("a widget", () => {
  it("is shown as the widget, with a picture for pages that have none", async () => {
    await run('widgets.intSlider({ value: 7, max: 10, description: "n & m" })');
    const shown = page.messages.find(typed("display_data"))!;
    const { id } = page.newest("IntSliderModel");
    expect(shown.content.data).toMatchObject({
      "application/vnd.jupyter.widget-view+json": {
        version_major: 2,
        version_minor: 0,
        model_id: id,
      },
      "text/html": expect.stringContaining("n &amp; m"),
      "text/plain": "n & m: 7 (0 to 10)",
    });
  });

  it("takes what a cell assigns, and what the reader does, which is echoed by its own name", async () => {
    await run("const slider = widgets.intSlider(); slider.value = 12;");
    const { id, state } = page.newest("IntSliderModel");
    expect(state.value).toBe(12);
    expect(page.sent(id, "update")).toEqual([{ value: 12 }]);
    const heard = kernel.iopub(saying("from"));
    await run("slider.onChange((now, before) => console.log('from', before, 'to', now));");
    const echo = kernel.iopub(({ content }) => content.comm_id === id);
    page.change(id, { value: 40 });
    const { content, parentHeader } = await echo;
    expect(content.data).toEqual({ method: "echo_update", state: { value: 40 }, buffer_paths: [] });
    const busy = page.messages.find(
      (message) =>
        message.content.execution_state === "busy" &&
        message.parentHeader.msg_id === parentHeader.msg_id,
    );
    expect(busy?.parentHeader.msg_type).toBe("comm_msg");
    const said = stripVTControlCharacters(String((await heard).content.text));
    expect(said).toBe("from 12 to 40\n");
    expect(await run("slider.value")).toBe("40");
    expect(page.sent(id, "update")).toEqual([{ value: 12 }]);
  });

  it("refuses what a front end must not send, with one note, and tells it the truth", async () => {
    await run("const strict = widgets.intSlider({ max: 10 }); const other = widgets.checkbox();");
    const slider = page.newest("IntSliderModel").id;
    const box = page.newest("CheckboxModel").id;
    const note = kernel.iopub(saying("intSlider value: expected a whole number, got 'x'"));
    page.change(slider, { value: "x" });
    await note;
    for (const value of [11, 0.5, null, [1], { a: 1 }]) page.change(slider, { value });
    page.change(slider, { min: 50 });
    page.change(slider, { _model_name: "Evil", nonsense: 1, layout: "x", __proto__: { a: 1 } });
    page.send(slider, null);
    page.send(slider, { method: "update", state: [] });
    page.send(slider, { method: "nonsense" });
    page.change(box, { value: "true" });
    page.change(slider, { value: 3 });
    await kernel.iopub(({ content }) => content.comm_id === slider && isEcho(content));
    expect(await run("[strict.value, strict.min, other.value].join()")).toBe("'3,0,false'");
    expect(page.models.get(slider)).toMatchObject({ value: 3, min: 0, max: 10 });
    expect(page.sent(slider, "echo_update")).toEqual([{ value: 3 }]);
    expect(page.sent(slider, "update")[0]).toEqual({ value: 0 });
    expect(page.messages.filter(saying("is refused"))).toHaveLength(2);
  });

  const isEcho = (content: Message["content"]): boolean =>
    (content.data as State).method === "echo_update";

  it.each([
    ["widgets.intSlider({ min: 10, max: 5 })", "min not to exceed max, got min 10 and max 5"],
    ["widgets.intSlider({ value: 200 })", "value: expected a number from min 0 to max 100"],
    ["widgets.floatSlider({ step: 0 })", "step: expected a number above 0, got 0"],
    ["widgets.floatSlider({ value: NaN })", "value: expected a finite number, got NaN"],
    ["widgets.intSlider({ value: 0.5 })", "value: expected a whole number, got 0.5"],
    ["widgets.intRangeSlider({ value: [5, 3] })", "the lower one first"],
    ["widgets.dropdown({ options: [] })", "at least one option"],
    ["widgets.dropdown({ options: ['a', 'a'] })", 'labels that differ, got "a" twice'],
    ["widgets.dropdown({ options: [{ a: 1 }] })", "a label for { a: 1 }"],
    ["widgets.dropdown({ options: ['a'], value: 'b' as 'a' })", "one of the options a, got 'b'"],
    ["widgets.text({ valeu: 'a' } as object)", "there is no option valeu"],
    ["widgets.text({ layout: { widht: '1px' } as object })", "there is no option widht"],
    ["widgets.hbox([1] as never)", "children[0]: expected a widget, got 1"],
    ["const b = widgets.vbox([]); b.children = [widgets.hbox([b])]", "a box that holds this one"],
    ["interact(() => 1, { x: [5, 5] })", "with min below max"],
    ["interact(() => 1, { x: [1, 2, 3] })", "for a choice of numbers"],
    ["interact(() => 1, { x: undefined } as never)", "interact x: expected a range"],
    ["interact(() => 1, { x: widgets.button() } as never)", "a widget that has a value"],
  ])("that makes no sense is refused: %s", async (code, message) => {
    expect(await refused(`${code};`)).toContain(message);
  });

  it("gives way where a bound is moved over its value", async () => {
    expect(
      await run("const moved = widgets.intSlider({ value: 80 }); moved.max = 50; moved.value"),
    ).toBe("50");
    expect(page.sent(page.newest("IntSliderModel").id, "update")).toEqual([{ value: 50, max: 50 }]);
  });

  it("that offers a choice speaks of values, not of places", async () => {
    await run(`
      const one = { name: "one" };
      const two = { name: "two" };
      const choice = widgets.dropdown({ options: { One: one, Two: two } });
      choice.onChange((now) => console.log("chose", now?.name));`);
    const { id, state } = page.newest("DropdownModel");
    expect(state).toMatchObject({ _options_labels: ["One", "Two"], index: 0 });
    const chose = kernel.iopub(saying("chose two"));
    page.change(id, { index: 1 });
    await chose;
    expect(await run("[choice.value === two, choice.label].join()")).toBe("'true,Two'");
    await run("choice.setOptions({ Two: two, Three: { name: 'three' } });");
    expect(page.models.get(id)).toMatchObject({ _options_labels: ["Two", "Three"], index: 0 });
    page.change(id, { index: 7 });
    await kernel.iopub(saying("place of one of 2 options"));
    expect(await run("choice.label")).toBe("'Two'");
  });

  it("that is a button runs its handlers at each click, and shows what they throw", async () => {
    await run(`
      let clicks = 0;
      const button = widgets.button({ description: "Go" });
      const stop = button.onClick(() => { clicks++; });
      button.onClick(() => { throw new RangeError("clicked"); });`);
    const { id } = page.newest("ButtonModel");
    const error = kernel.iopub(typed("error"));
    page.click(id);
    expect((await error).content.evalue).toBe("clicked");
    await run("stop();");
    const second = kernel.iopub(typed("error"));
    page.click(id);
    await second;
    expect(await run("clicks")).toBe("1");
  });

  it("follows the one that it is linked with, both ways", async () => {
    await run(`
      const first = widgets.intSlider({ value: 3 });
      const second = widgets.intText();
      const part = widgets.link(first, "value", second, "value");`);
    const slider = page.newest("IntSliderModel").id;
    const text = page.newest("IntTextModel").id;
    expect(page.models.get(text)?.value).toBe(3);
    const followed = kernel.iopub(({ content }) => content.comm_id === slider);
    page.change(text, { value: 9 });
    expect((await followed).content.data).toMatchObject({ method: "update", state: { value: 9 } });
    await run("part(); first.value = 1;");
    expect(page.models.get(text)?.value).toBe(9);
  });

  it("that is closed is gone, with its layout and style", async () => {
    const before = page.models.size;
    await run("const short = widgets.text(); short.close(); short.close(); short.value = 'a';");
    expect(page.messages.filter(typed("comm_close"))).toHaveLength(3);
    expect(page.models.size).toBe(before);
  });

  it("says on a page without the kernel that it needs one, if a reader would touch it", async () => {
    const pictureOf = async (widget: string): Promise<string> => {
      page.messages.length = 0;
      await run(widget);
      const { content } = page.messages.find(typed("display_data"))!;
      return String((content.data as Readonly<Record<string, unknown>>)["text/html"]);
    };
    const caption = /^<div class="prism-control" title="needs a running kernel">/;
    expect(
      await pictureOf("widgets.vbox([widgets.label({ value: 'a' }), widgets.text()])"),
    ).toMatch(caption);
    expect(await pictureOf("widgets.vbox([widgets.text()])")).not.toMatch(/control.*control/);
    for (const still of ["widgets.intProgress()", "widgets.hbox([widgets.html({ value: 'a' })])"]) {
      expect(await pictureOf(still)).not.toMatch(caption);
    }
  });

  it("goes with %reset, as other comms of cells do; the kernel's own stay", async () => {
    await run("const doomed = widgets.vbox([widgets.text(), widgets.intSlider()]);");
    await run("const line = comms.open('nowhere'); comms.register('gone', () => {});");
    const { outputs } = await kernel.client.execute("%reset -f");
    const said = outputs.map(({ content }) => content.text).join("");
    expect(said).toMatch(/^%reset: forgot .*\n%reset: closed \d+ widgets and 1 comm\n$/);
    expect(page.models.size).toBe(0);
    const closed = kernel.iopub(typed("comm_close"));
    kernel.client.notify("shell", "comm_open", { comm_id: "x", target_name: "gone", data: {} });
    expect((await closed).content.comm_id).toBe("x");
    const { outputs: again } = await kernel.client.execute("%reset -f");
    expect(again.map(({ content }) => content.text).join("")).not.toContain("closed");
    await run("widgets.intSlider({ value: 12 });");
    expect(page.newest("IntSliderModel").state.value).toBe(12);
  });

  it("is told again to a page that asks", async () => {
    await run("const known = widgets.intSlider({ value: 33 });");
    const { id, state } = page.newest("IntSliderModel");
    page.send(id, { method: "request_state" });
    await kernel.iopub(({ content }) => content.comm_id === id);
    expect(page.sent(id, "update")).toEqual([state]);
  });
});

describe("a page that is loaded again", () => {
  it("is told of all models", async () => {
    await run("const all = widgets.intSlider({ value: 34 });");
    const open = { comm_id: "control", target_name: "jupyter.widget.control", data: {} };
    kernel.client.notify("shell", "comm_open", open, [], { version: "1.0.0" });
    page.send("control", { method: "request_states" });
    const { content } = await kernel.iopub(({ content }) => content.comm_id === "control");
    const { method, states } = content.data as {
      method: string;
      states: Readonly<Record<string, { readonly model_name: string; readonly state: State }>>;
    };
    expect(method).toBe("update_states");
    expect(Object.keys(states).sort()).toEqual([...page.models.keys()].sort());
    const { id, state } = page.newest("IntSliderModel");
    expect(states[id]).toEqual({
      model_name: "IntSliderModel",
      model_module: "@jupyter-widgets/controls",
      model_module_version: "2.0.0",
      state,
    });
  });

  it("is refused another protocol", async () => {
    const open = { comm_id: "old", target_name: "jupyter.widget.control", data: {} };
    const close = kernel.iopub(typed("comm_close"));
    kernel.client.notify("shell", "comm_open", open, [], { version: "2.0.0" });
    expect((await close).content.comm_id).toBe("old");
  });
});
