import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { names, notebookFolder, Session } from "./language-session.js";

const { cwd, remove } = notebookFolder();
let session: Session;

beforeAll(() => {
  session = new Session(cwd);
  session.warmUp();
}, 60_000);
afterAll(remove);

const typeError = (code: string) => `TypeError (TS${code})`;

describe("widgets in a cell", () => {
  const cases: readonly [name: string, code: string, error: string | undefined][] = [
    ["a slider's value", "widgets.intSlider({ min: 1, max: 9 }).value.toFixed(1)", undefined],
    ["a wrong value", "widgets.intSlider().value = 'a'", typeError("2322")],
    ["an unknown option", "widgets.intSlider({ mni: 1 })", typeError("2353")],
    ["a range", "const [low, high] = widgets.floatRangeSlider().value; low + high", undefined],
    ["what is not there", "widgets.button().value", typeError("2339")],
    [
      "values of a choice",
      "const c = widgets.dropdown({ options: { A: { d: 1 }, B: { d: 2 } } }); c.value?.d.toFixed()",
      undefined,
    ],
    [
      "words of a choice",
      "const w = widgets.toggleButtons({ options: ['x', 'y'] }); w.value = 'z'",
      typeError("2322"),
    ],
    [
      "a first value that is no option",
      "widgets.select({ options: ['x', 'y'], value: 'z' })",
      typeError("2322"),
    ],
    [
      "handlers of changes",
      "widgets.checkbox().onChange((now, before) => { const b: boolean = now && before; return b; })",
      undefined,
    ],
    ["children of a box", "widgets.hbox([widgets.text(), widgets.vbox([])])", undefined],
    ["children that are none", "widgets.hbox([1])", typeError("2322")],
    [
      "a link of two values",
      "widgets.link(widgets.intSlider(), 'value', widgets.intText(), 'value')",
      undefined,
    ],
    [
      "a link of nothing",
      "widgets.link(widgets.intSlider(), 'none', widgets.text(), 'value')",
      typeError("2345"),
    ],
    [
      "values of interact",
      `interact(
        ({ n, t, on, m, s, w, r }) =>
          n.toFixed() + t.length + (on === true) + m.toUpperCase() + s.d + w.toFixed() + r.toFixed(),
        { n: [0, 10], t: "text", on: true, m: ["a", "b"], s: { A: { d: 1 } }, w: widgets.intText(), r: 5 },
      )`,
      undefined,
    ],
    ["a wrong use of one", "interact(({ n }) => n.length, { n: [0, 10] })", typeError("2339")],
    [
      "the signal of a call",
      "interact(async ({ n }, { signal }) => prism.powderPattern(null!, { wavelength: n, twoTheta: [1, 2], signal }), { n: [1, 2, 0.1] })",
      undefined,
    ],
    [
      "controls of interact",
      "interact(() => 1, { n: [0, 10], on: true }).controls.n.value.toFixed()",
      undefined,
    ],
    ["interact at a button", "interact.manual(({ n }) => n, { n: 1 }, { label: 'Go' })", undefined],
    [
      "a comm",
      "comms.open('a', { b: 1 }, { buffers: [new Float64Array(3)] }).onMessage(({ data, buffers }) => [data, buffers[0]?.byteLength])",
      undefined,
    ],
    [
      "data of a comm",
      "comms.register('a', (comm) => comm.onMessage(({ data }) => data.b))",
      typeError("18046"),
    ],
  ];
  test.each(cases)("%s", (_name, code, error) => {
    const outcome = session.run(code);
    expect(outcome.status === "error" ? outcome.ename : undefined).toBe(error);
  });

  test("complete", () => {
    expect(names(session.complete("widgets.int"))).toEqual(
      expect.arrayContaining(["intSlider", "intRangeSlider", "intText", "intProgress"]),
    );
    expect(names(session.complete("widgets.intSlider({ mi"))).toEqual(["min"]);
    expect(names(session.complete("interact.man"))).toEqual(["manual"]);
    expect(names(session.complete("comms."))).toEqual(expect.arrayContaining(["open", "register"]));
  });

  test("keep their types in later cells", () => {
    session.run("const kept = widgets.dropdown({ options: ['x', 'y'] })");
    const outcome = session.run("kept.value = 'z'");
    expect(outcome).toMatchObject({ status: "error", ename: typeError("2322") });
  });
});
