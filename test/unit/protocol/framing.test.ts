import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrames, encodeMessage } from "../../../kernel/protocol/framing.js";
import {
  createHeader,
  createMessage,
  type Message,
  protocolVersion,
} from "../../../kernel/protocol/message.js";
import { createSigner } from "../../../kernel/protocol/signature.js";

const signer = createSigner("a secret");
const delimiter = Buffer.from("<IDS|MSG>");

function frames(message: Message): Buffer[] {
  return encodeMessage(message, signer).map((frame) => Buffer.from(frame as Uint8Array));
}

function sample(parts: Partial<Message> = {}): Message {
  const header = createHeader("execute_request", "session-1", "ada");
  return { ...createMessage(header, { code: "1 + 1" }, {}), ...parts };
}

/** Frames with the given JSON texts and a valid signature. */
function signedFrames(parts: readonly string[]): Buffer[] {
  return [delimiter, Buffer.from(signer.sign(parts)), ...parts.map((part) => Buffer.from(part))];
}

function faultOf(received: readonly Uint8Array[]): string {
  const decoded = decodeFrames(received, signer);
  return decoded.ok ? "none" : decoded.fault.code;
}

describe("framing", () => {
  it("puts identities, delimiter, signature, four JSON frames and buffers in this order", () => {
    const identities = [Buffer.from("client")];
    const message = sample({ identities, buffers: [Buffer.from([1, 2, 3])] });
    const [identity, mark, signature, header, parent, metadata, content, buffer] = frames(message);
    expect(identity?.toString()).toBe("client");
    expect(mark?.toString()).toBe("<IDS|MSG>");
    expect(signature?.toString()).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(String(header)).version).toBe(protocolVersion);
    expect([parent, metadata].map(String)).toEqual(["{}", "{}"]);
    expect(JSON.parse(String(content))).toEqual({ code: "1 + 1" });
    expect(buffer).toEqual(Buffer.from([1, 2, 3]));
  });

  it("reads back any message it has written", () => {
    const json = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => {
      return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
    });
    const identity = fc.uint8Array({ minLength: 1, maxLength: 255 });
    const arbitrary = fc.record({
      // A first frame of an identity that is the delimiter itself cannot be told from it.
      identities: fc.array(
        identity.filter((bytes) => !delimiter.equals(bytes)),
        { maxLength: 3 },
      ),
      metadata: json,
      content: json,
      buffers: fc.array(fc.uint8Array(), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(arbitrary, (parts) => {
        const message = sample(parts);
        const decoded = decodeFrames(frames(message), signer);
        if (!decoded.ok) throw new Error(decoded.fault.message);
        const plain = (bytes: readonly Uint8Array[]) => bytes.map((item) => [...item]);
        expect(decoded.message.header).toEqual(message.header);
        expect(decoded.message.metadata).toEqual(parts.metadata);
        expect(decoded.message.content).toEqual(parts.content);
        expect(plain(decoded.message.identities)).toEqual(plain(parts.identities));
        expect(plain(decoded.message.buffers)).toEqual(plain(parts.buffers));
      }),
      { seed: 20240501, numRuns: 200 },
    );
  });

  it("names what is wrong with frames that are no message", () => {
    const good = frames(sample());
    expect(faultOf([])).toBe("NO_DELIMITER");
    expect(faultOf([Buffer.from("x")])).toBe("NO_DELIMITER");
    expect(faultOf(good.slice(0, -1))).toBe("TOO_FEW_FRAMES");
    expect(faultOf([delimiter])).toBe("TOO_FEW_FRAMES");
    expect(faultOf(signedFrames(["{", "{}", "{}", "{}"]))).toBe("BAD_JSON");
    expect(faultOf(signedFrames(["{}", "[]", "{}", "{}"]))).toBe("BAD_JSON");
    expect(faultOf(signedFrames(["{}", "{}", "null", "{}"]))).toBe("BAD_JSON");
    expect(faultOf(signedFrames(["{}", "{}", "{}", "{}"]))).toBe("BAD_HEADER");
    expect(faultOf(signedFrames(['{"msg_id":1,"msg_type":"a"}', "{}", "{}", "{}"]))).toBe(
      "BAD_HEADER",
    );
  });

  it("refuses what is nested deeper than anything a front end means", () => {
    const header = '{"msg_id":"1","msg_type":"t"}';
    const nested = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    expect(faultOf(signedFrames([header, "{}", "{}", nested(100_000)]))).toBe("TOO_DEEP");
    const inHeader = `{"msg_id":"1","msg_type":"t","b":${nested(5000)}}`;
    expect(faultOf(signedFrames([inHeader, "{}", "{}", "{}"]))).toBe("TOO_DEEP");
    expect(decodeFrames(signedFrames([header, "{}", "{}", nested(500)]), signer).ok).toBe(true);
  });

  it("does not parse what is not signed", () => {
    const unsigned = signedFrames(["{", "{", "{", "{"]);
    unsigned[1] = Buffer.from("0".repeat(64));
    expect(faultOf(unsigned)).toBe("BAD_SIGNATURE");
  });

  it("never throws, whatever comes", () => {
    const anything = fc.array(
      fc.oneof(fc.constant(new Uint8Array(delimiter)), fc.uint8Array({ maxLength: 80 })),
      { maxLength: 9 },
    );
    const open = createSigner("");
    fc.assert(
      fc.property(anything, (received) => {
        for (const check of [signer, open]) expect(decodeFrames(received, check).ok).toBe(false);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it("keeps unknown header fields and completes missing ones", () => {
    const header = '{"msg_id":"1","msg_type":"t","subshell_id":"s"}';
    const decoded = decodeFrames(signedFrames([header, "{}", "{}", "{}"]), signer);
    expect(decoded).toMatchObject({
      ok: true,
      message: { header: { msg_id: "1", subshell_id: "s", session: "" } },
    });
  });
});
