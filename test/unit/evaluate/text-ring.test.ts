import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import {
  createTextRing,
  TextRingReader,
  TextRingWriter,
} from "../../../kernel/evaluate/text-ring.js";

function pair(): { writer: TextRingWriter; reader: TextRingReader; told: () => number } {
  const memory = createTextRing();
  let count = 0;
  const writer = new TextRingWriter(memory, () => count++);
  return { writer, reader: new TextRingReader(memory), told: () => count };
}

describe("text ring", () => {
  test("joins neighbours of one cell and stream, and keeps the rest apart", () => {
    const { writer, reader } = pair();
    writer.write(1, "stdout", "a");
    writer.write(1, "stdout", "ü𝒳\n");
    writer.write(1, "stderr", "e");
    writer.write(2, "stderr", "f");
    expect(reader.read()).toEqual([
      { serial: 1, name: "stdout", text: "aü𝒳\n" },
      { serial: 1, name: "stderr", text: "e" },
      { serial: 2, name: "stderr", text: "f" },
    ]);
    expect(reader.read()).toEqual([]);
  });

  test("holds text back that was written after a message still to come", () => {
    const { writer, reader } = pair();
    writer.write(1, "stdout", "before");
    const message = writer.barrier();
    writer.write(1, "stdout", "after");
    expect(reader.read()).toEqual([{ serial: 1, name: "stdout", text: "before" }]);
    expect(reader.read()).toEqual([]);
    expect(reader.read(message)).toEqual([]);
    expect(reader.read()).toEqual([{ serial: 1, name: "stdout", text: "after" }]);
  });

  test("passes the barrier of a message that was never sent with the next one", () => {
    const { writer, reader } = pair();
    writer.barrier();
    writer.write(1, "stdout", "a");
    const next = writer.barrier();
    writer.write(1, "stdout", "b");
    expect(reader.read(next)).toEqual([{ serial: 1, name: "stdout", text: "a" }]);
    expect(reader.read()).toEqual([{ serial: 1, name: "stdout", text: "b" }]);
  });

  test("makes a flood of messages wait, as one of text", async () => {
    const { writer, reader } = pair();
    const memory = Reflect.get(Reflect.get(reader, "ring"), "state").buffer;
    // The reader comes only once the writer has stood still.
    const worker = new Worker(
      `const { workerData } = require("node:worker_threads");
       const state = new Int32Array(workerData, 0, 4);
       while (Atomics.load(state, 2) === 0) {}
       const seen = Atomics.load(state, 0);
       Atomics.store(state, 1, seen);
       Atomics.notify(state, 1);
       require("node:worker_threads").parentPort.postMessage(seen);`,
      { eval: true, workerData: memory },
    );
    const seen = new Promise<number>((resolve) => worker.once("message", resolve));
    for (let i = 0; i < 100; i++) writer.barrier();
    expect(await seen).toBeLessThanOrEqual(1 << 20);
    expect(await seen).toBeGreaterThan(1 << 19);
    await worker.terminate();
  });

  test("gives its text in pieces to a reader that asks for pieces", () => {
    const { writer, reader } = pair();
    for (let i = 0; i < 100; i++) writer.write(1, "stdout", "x".repeat(1000));
    let text = "";
    let turns = 0;
    do {
      const piece = reader
        .read(undefined, 10_000)
        .map((each) => each.text)
        .join("");
      expect(piece.length).toBeLessThan(12_000);
      text += piece;
      turns++;
    } while (reader.hasMore);
    expect(text).toBe("x".repeat(100_000));
    expect(turns).toBe(10);
  });

  test("keeps its order where a message falls on the end of the ring", () => {
    const { writer, reader } = pair();
    for (let i = 0; i < 5000; i++) {
      writer.write(1, "stdout", "x".repeat(1 + ((i * 7919) % 4000)));
      const message = writer.barrier();
      writer.write(1, "stdout", "late");
      expect(
        reader
          .read()
          .map((each) => each.text)
          .join(""),
      ).not.toContain("late");
      expect(reader.read(message)).toEqual([]);
      expect(reader.read()).toEqual([{ serial: 1, name: "stdout", text: "late" }]);
    }
  });

  test("tells its reader once until it has come", () => {
    const { writer, reader, told } = pair();
    writer.write(1, "stdout", "a");
    writer.write(1, "stdout", "b");
    expect(told()).toBe(1);
    reader.read();
    writer.write(1, "stdout", "c");
    expect(told()).toBe(2);
  });

  test("goes round many times without loss, in pieces of any length", () => {
    const { writer, reader } = pair();
    let written = "";
    let read = "";
    for (let i = 0; i < 400; i++) {
      const text = "𝒳ab".repeat(1 + ((i * 7919) % 9000));
      written += text;
      writer.write(1, "stdout", text);
      read += reader
        .read()
        .map((each) => each.text)
        .join("");
    }
    expect(read.length).toBe(written.length);
    expect(read === written).toBe(true);
  });

  test("drops text instead of waiting once its reader has gone", () => {
    const { writer, reader } = pair();
    reader.close();
    for (let i = 0; i < 100; i++) writer.write(1, "stdout", "x".repeat(30_000));
    expect(
      reader
        .read()
        .map((each) => each.text)
        .join("").length,
    ).toBeLessThan(1 << 20);
  });

  test("a full ring makes the writer wait for the reader on another thread", async () => {
    const { writer, reader } = pair();
    const ring = Reflect.get(Reflect.get(reader, "ring"), "state").buffer;
    // Frees the whole ring after the writer has found it full.
    const worker = new Worker(
      `const { workerData } = require("node:worker_threads");
       const state = new Int32Array(workerData, 0, 4);
       while (Atomics.load(state, 0) < 900000) {}
       Atomics.wait(state, 3, 0, 50);
       Atomics.store(state, 1, Atomics.load(state, 0));
       Atomics.notify(state, 1);`,
      { eval: true, workerData: ring },
    );
    for (let i = 0; i < 40; i++) writer.write(1, "stdout", "x".repeat(30_000));
    expect(
      reader
        .read()
        .map((each) => each.text)
        .join("").length,
    ).toBeGreaterThan(0);
    await worker.terminate();
  });
});
