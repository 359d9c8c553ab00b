import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readCommContent,
  readCompleteRequest,
  readExecuteRequest,
  readHistoryRequest,
  readInputReply,
  readInspectRequest,
  readShutdownRequest,
} from "../../../kernel/protocol/requests.js";

describe("readExecuteRequest", () => {
  it("needs only the code", () => {
    expect(readExecuteRequest({ code: "1" })).toEqual({
      ok: true,
      value: {
        code: "1",
        silent: false,
        storeHistory: true,
        userExpressions: {},
        allowStdin: false,
        stopOnError: true,
      },
    });
  });

  it("stores no history of a silent cell", () => {
    const read = readExecuteRequest({ code: "1", silent: true, store_history: true });
    expect(read).toMatchObject({ ok: true, value: { storeHistory: false } });
  });

  it("takes null for absent", () => {
    const read = readExecuteRequest({ code: "1", user_expressions: null, silent: null });
    expect(read).toMatchObject({ ok: true, value: { silent: false, userExpressions: {} } });
  });

  it.each([
    [{}, "code: expected a string, got nothing"],
    [{ code: 5 }, "code: expected a string, got 5"],
    [{ code: "1", silent: "no" }, 'silent: expected a boolean, got "no"'],
    [
      { code: "1", user_expressions: { a: 1 } },
      'user_expressions: expected an object of strings, got {"a":1}',
    ],
  ])("says what is wrong with %j", (content, problem) => {
    expect(readExecuteRequest(content)).toEqual({ ok: false, problem });
  });
});

describe("other requests", () => {
  it("have the cursor at the end where none is given", () => {
    const read = readCompleteRequest({ code: "abc" });
    expect(read.ok && read.value.cursorPos).toBeGreaterThan(3);
    expect(readCompleteRequest({ code: "abc", cursor_pos: 1.5 })).toEqual({
      ok: false,
      problem: "cursor_pos: expected an integer, got 1.5",
    });
  });

  it("read each access to the history", () => {
    expect(readHistoryRequest({ hist_access_type: "tail", n: 3 })).toEqual({
      ok: true,
      value: { access: "tail", output: false, n: 3 },
    });
    expect(
      readHistoryRequest({ hist_access_type: "range", session: -1, start: 2, output: true }),
    ).toEqual({
      ok: true,
      value: { access: "range", output: true, session: -1, start: 2, stop: 2 ** 53 - 1 },
    });
    expect(readHistoryRequest({ hist_access_type: "search", pattern: "a*" })).toMatchObject({
      ok: true,
      value: { access: "search", pattern: "a*", unique: false },
    });
    expect(readHistoryRequest({})).toEqual({
      ok: false,
      problem: "hist_access_type: expected one of tail, range, search, got nothing",
    });
  });

  it("are refused or read, but never throw, whatever the content", () => {
    const names = ["code", "cursor_pos", "detail_level", "hist_access_type", "n", "comm_id"];
    const content = fc.dictionary(fc.constantFrom(...names, "restart", "value"), fc.jsonValue());
    const readers = [
      readExecuteRequest,
      readCompleteRequest,
      readInspectRequest,
      readHistoryRequest,
      readCommContent,
      readShutdownRequest,
      readInputReply,
    ];
    fc.assert(
      fc.property(content, (fields) => {
        for (const read of readers) {
          const checked = read(fields);
          if (!checked.ok) expect(checked.problem).toContain("expected");
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
