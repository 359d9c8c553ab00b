import { describe, expect, it } from "vitest";
import { createReplayGuard, createSigner } from "../../../kernel/protocol/signature.js";

describe("createSigner", () => {
  it("agrees with test case 2 of RFC 4231, however the text is cut into frames", () => {
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const signer = createSigner("Jefe");
    expect(signer.sign(["what do ya want ", "for nothing?"])).toBe(expected);
    expect(signer.sign([Buffer.from("what do ya want for nothing?")])).toBe(expected);
  });

  it("accepts its own signature and no other", () => {
    const signer = createSigner("key");
    const parts = [Buffer.from("{}"), Buffer.from('{"a":1}')];
    const signature = Buffer.from(signer.sign(parts));
    const changed = Buffer.from(signature);
    changed[63] = changed[63] === 0x30 ? 0x31 : 0x30;
    expect(signer.verify(parts, signature)).toBe(true);
    expect(signer.verify(parts, changed)).toBe(false);
    expect(signer.verify(parts, signature.subarray(0, 63))).toBe(false);
    expect(signer.verify(parts, new Uint8Array(0))).toBe(false);
    expect(signer.verify(parts.slice(1), signature)).toBe(false);
    expect(createSigner("other key").verify(parts, signature)).toBe(false);
  });

  it("signs nothing and accepts everything without a key", () => {
    const signer = createSigner("");
    expect(signer.sign(["a"])).toBe("");
    expect(signer.verify([], Buffer.from("anything"))).toBe(true);
  });
});

describe("createReplayGuard", () => {
  it("knows a signature again", () => {
    const guard = createReplayGuard(10);
    expect([guard.isReplay("a"), guard.isReplay("b"), guard.isReplay("a")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("forgets the oldest first", () => {
    const guard = createReplayGuard(2);
    for (const signature of ["a", "b", "c"]) guard.isReplay(signature);
    expect(guard.isReplay("c")).toBe(true);
    expect(guard.isReplay("b")).toBe(true);
    expect(guard.isReplay("a")).toBe(false);
  });

  it("does not take missing signatures for replays of each other", () => {
    const guard = createReplayGuard(2);
    expect([guard.isReplay(""), guard.isReplay("")]).toEqual([false, false]);
  });
});
