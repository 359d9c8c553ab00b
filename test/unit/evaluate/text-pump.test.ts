import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OutputPace } from "../../../kernel/evaluate/output-pace.js";
import { TextPump } from "../../../kernel/evaluate/text-pump.js";
import { createTextRing, TextRingWriter } from "../../../kernel/evaluate/text-ring.js";

describe("TextPump", () => {
  let said: string[] = [];
  let pump: TextPump;
  let writer: TextRingWriter;

  function open(bytesPerSecond: number): void {
    said = [];
    const ring = createTextRing();
    pump = new TextPump(ring, new OutputPace(bytesPerSecond), ({ text }) => said.push(text));
    writer = new TextRingWriter(ring, () => pump.wake());
  }

  /** As MAIN does: a place in the ring, and the message on another way. */
  function show(name: string): void {
    const barrier = writer.barrier();
    pump.message(barrier, () => said.push(`<${name}>`));
  }

  const total = (): number => said.join("").length;

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "performance"],
    });
    open(1e6);
  });
  afterEach(() => {
    pump.close();
    vi.useRealTimers();
  });

  it("delivers at once what comes after a pause, and a message without a delay", async () => {
    await vi.advanceTimersByTimeAsync(100);
    writer.write(1, "stdout", "a");
    expect(said).toEqual(["a"]);
    writer.write(1, "stdout", "b");
    show("one");
    expect(said).toEqual(["a", "b", "<one>"]);
  });

  it("holds messages back behind the text before them, and keeps the order", async () => {
    open(1e4);
    writer.write(1, "stdout", "x".repeat(20_000));
    writer.write(1, "stdout", "y".repeat(20_000));
    show("one");
    writer.write(1, "stdout", "z");
    pump.note(writer.barrier(), () => said.push("<done>"));
    pump.note(undefined, () => said.push("<handled>"));
    expect(said.join("")).not.toContain("<one>");
    await vi.advanceTimersByTimeAsync(60_000);
    const all = said.join("");
    expect(all).toBe(`${"x".repeat(20_000)}${"y".repeat(20_000)}<one>z<done><handled>`);
  });

  it("leaves in the ring what would come too fast", async () => {
    open(1e4);
    for (let i = 0; i < 100; i++) writer.write(1, "stdout", "x".repeat(1000));
    await vi.advanceTimersByTimeAsync(3000);
    expect(total()).toBeGreaterThan(10_000);
    expect(total()).toBeLessThan(30_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(total()).toBe(100_000);
  });

  it("paces messages as well", async () => {
    open(1e4);
    for (let i = 0; i < 50; i++) show("m");
    await vi.advanceTimersByTimeAsync(3000);
    expect(said.length).toBeLessThan(30);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toHaveLength(50);
  });

  it("paces nothing where nothing is limited", async () => {
    open(0);
    for (let i = 0; i < 30; i++) writer.write(1, "stdout", "x".repeat(30_000));
    await vi.advanceTimersByTimeAsync(100);
    expect(total()).toBe(900_000);
  });

  it("shows after a stop the end of a long text at once, says what is missing, keeps messages", async () => {
    open(1e4);
    for (let i = 0; i < 9000; i++) writer.write(1, "stdout", `line ${i}\n`);
    show("picture");
    for (let i = 9000; i < 30_000; i++) writer.write(1, "stdout", `line ${i}\n`);
    const before = total();
    expect(before).toBeLessThan(20_000);
    pump.cut();
    const all = said.join("");
    expect(all.slice(before).length).toBeLessThan(70_000);
    expect(all.endsWith("line 29998\nline 29999\n")).toBe(true);
    const [, missing = "", rest = ""] =
      /\n\[\.\.\. ([\d,]+) characters .* not shown \.\.\.\]\n([\s\S]*)$/.exec(all) ?? [];
    expect(rest).toMatch(/^line \d+\n/);
    expect(all).toContain("<picture>");
    const written = Array.from({ length: 30_000 }, (_, i) => `line ${i}\n`).join("").length;
    const shown = all.replace(/\n\[.*\]\n/, "").replace("<picture>", "").length;
    expect(Number(missing.replaceAll(",", "")) + shown).toBe(written);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said.join("")).toBe(all);
  });

  it("shows after a stop a short text whole", () => {
    open(1e4);
    writer.write(1, "stdout", "x".repeat(16_000));
    writer.write(1, "stdout", "y".repeat(16_000));
    pump.cut();
    expect(said.join("")).toBe(`${"x".repeat(16_000)}${"y".repeat(16_000)}`);
  });
});
