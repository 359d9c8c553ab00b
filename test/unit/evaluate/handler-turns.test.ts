import { expect, it } from "vitest";
import { HandlerTurns, type TurnParts } from "../../../kernel/evaluate/main/handler-turns.js";

it("a turn that could not begin is not left open: a stop has nothing to end", () => {
  const count = new Int32Array(new SharedArrayBuffer(4));
  const busy = {
    set(): void {
      throw new Error("a cell has broken this");
    },
  };
  const turns = new HandlerTurns({ count, busy } as unknown as TurnParts);
  expect(() => turns.begin(undefined)).toThrow("a cell has broken this");
  expect(count[0]).toBe(0);
});
