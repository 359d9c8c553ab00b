import { describe, expect, it } from "vitest";
import type { CodeCell } from "../../../../kernel/cli/notebook/document.js";
import {
  type OutputEvent,
  OutputFolder,
  outputEventOf,
} from "../../../../kernel/cli/notebook/outputs.js";

function codeCell(id: string): CodeCell {
  return { cell_type: "code", id, metadata: {}, source: "", execution_count: null, outputs: [] };
}

function display(text: string, displayId?: string): OutputEvent {
  const shown = { type: "display_data", data: { "text/plain": text }, metadata: {} } as const;
  return displayId === undefined ? shown : { ...shown, displayId };
}

function update(text: string, displayId: string): OutputEvent {
  return { type: "update_display_data", data: { "text/plain": text }, metadata: {}, displayId };
}

const print = (name: "stdout" | "stderr", text: string): OutputEvent => ({
  type: "stream",
  name,
  text,
});

function fold(...events: readonly OutputEvent[]): CodeCell["outputs"] {
  const cell = codeCell("a");
  const folder = new OutputFolder();
  for (const event of events) folder.add(cell, event);
  return cell.outputs;
}

describe("OutputFolder", () => {
  it("joins neighbouring texts of one stream and keeps the order of both", () => {
    const outputs = fold(
      print("stdout", "a"),
      print("stdout", "b\n"),
      print("stderr", "c"),
      print("stdout", "d"),
    );
    expect(outputs).toEqual([
      { output_type: "stream", name: "stdout", text: "ab\n" },
      { output_type: "stream", name: "stderr", text: "c" },
      { output_type: "stream", name: "stdout", text: "d" },
    ]);
  });

  it("changes every output of a display id, also in an earlier cell, and adds none", () => {
    const [first, second] = [codeCell("1"), codeCell("2")];
    const folder = new OutputFolder();
    folder.add(first, display("0%", "bar"));
    folder.add(first, display("other", "else"));
    folder.add(second, display("0% again", "bar"));
    folder.add(second, update("100%", "bar"));
    folder.add(second, update("nobody", "unknown"));
    const texts = (cell: CodeCell): unknown[] =>
      cell.outputs.map((output) => "data" in output && output.data["text/plain"]);
    expect(texts(first)).toEqual(["100%", "other"]);
    expect(texts(second)).toEqual(["100%"]);
  });

  it("does not write the transient display id into the notebook", () => {
    expect(fold(display("x", "bar"))).toEqual([
      { output_type: "display_data", data: { "text/plain": "x" }, metadata: {} },
    ]);
  });

  it("clears at once, or with the next output when asked to wait", () => {
    const clear = (wait: boolean): OutputEvent => ({ type: "clear_output", wait });
    expect(fold(print("stdout", "a"), clear(false))).toEqual([]);
    expect(fold(print("stdout", "a"), clear(true))).toHaveLength(1);
    expect(fold(print("stdout", "a"), clear(true), print("stdout", "b"))).toEqual([
      { output_type: "stream", name: "stdout", text: "b" },
    ]);
  });

  it("an update does not count as the output that a waiting clear waits for", () => {
    const cell = codeCell("1");
    const folder = new OutputFolder();
    folder.add(cell, display("old", "bar"));
    folder.add(cell, { type: "clear_output", wait: true });
    folder.add(cell, update("new", "bar"));
    expect(cell.outputs).toMatchObject([{ data: { "text/plain": "new" } }]);
  });
});

describe("outputEventOf", () => {
  it("reads the messages that are output", () => {
    const content = { data: { "text/plain": "1" }, metadata: {}, execution_count: 3 };
    expect(outputEventOf("execute_result", content)).toEqual({
      type: "execute_result",
      data: { "text/plain": "1" },
      metadata: {},
      executionCount: 3,
    });
    const transient = { display_id: "bar" };
    expect(outputEventOf("update_display_data", { data: {}, metadata: {}, transient })).toEqual({
      type: "update_display_data",
      data: {},
      metadata: {},
      displayId: "bar",
    });
  });

  it("leaves out the view of a widget, which lives no longer than its kernel", () => {
    const view = { "application/vnd.jupyter.widget-view+json": { model_id: "m" } };
    const dataOf = (data: object) => outputEventOf("display_data", { data, metadata: {} });
    expect(dataOf({ ...view, "text/plain": "n: 1" })).toMatchObject({
      data: { "text/plain": "n: 1" },
    });
    expect(dataOf({ ...view, "text/plain": "n: 1" })).not.toMatchObject({ data: view });
    expect(dataOf(view)).toMatchObject({ data: view });
  });

  it("leaves the others alone", () => {
    expect(outputEventOf("status", { execution_state: "busy" })).toBeUndefined();
    expect(outputEventOf("comm_open", {})).toBeUndefined();
  });
});
