import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Context, Dealer, Request, Subscriber } from "zeromq";
import { decodeFrames, encodeMessage } from "../../kernel/protocol/framing.js";
import { createHeader, createMessage, type Message } from "../../kernel/protocol/message.js";
import { createSigner, type Signer } from "../../kernel/protocol/signature.js";
import { type Connection, endpointOf } from "../../kernel/transport/connection-file.js";
import { KernelFixture } from "./kernel-fixture.js";

let kernel: KernelFixture;
let connection: Connection;
let signer: Signer;
/** ZeroMQ has room for 1023 sockets unless asked for more. */
const context = new Context({ maxSockets: 4096 });

beforeAll(async () => {
  kernel = await KernelFixture.start();
  ({ connection } = kernel.client);
  signer = createSigner(connection.key);
});
afterAll(() => kernel.stop());

function dealer(routingId?: string): Dealer {
  const socket = new Dealer({ context, linger: 0, ...(routingId ? { routingId } : {}) });
  socket.connect(endpointOf(connection, "shell_port"));
  return socket;
}

function subscriber(...topics: (string | Buffer)[]): Subscriber {
  const socket = new Subscriber({ context, linger: 0, receiveHighWaterMark: 0 });
  socket.subscribe(...topics);
  socket.connect(endpointOf(connection, "iopub_port"));
  return socket;
}

async function ask(socket: Dealer): Promise<void> {
  const message = createMessage(createHeader("kernel_info_request", "crowd", "crowd"), {}, {});
  await socket.send(encodeMessage(message, signer));
}

async function received(socket: Dealer | Subscriber): Promise<Message> {
  const decoded = decodeFrames(await socket.receive(), signer);
  if (!decoded.ok) throw new Error(decoded.fault.message);
  return decoded.message;
}

/** Up to the welcome of the topic. */
async function welcomed(socket: Subscriber, topic = ""): Promise<void> {
  for (;;) {
    const { header, content } = await received(socket);
    if (header.msg_type === "iopub_welcome" && content.subscription === topic) return;
  }
}

/** Up to the line of console text. */
async function heard(socket: Subscriber, line: string): Promise<void> {
  while ((await received(socket)).content.text !== line);
}

async function memory(): Promise<number> {
  const { content } = await kernel.client.request("control", "usage_request", {});
  return Number(content.kernel_memory);
}

async function answersAll(): Promise<void> {
  const heart = new Request({ context, linger: 0 });
  heart.connect(endpointOf(connection, "hb_port"));
  await heart.send("beat");
  expect(String((await heart.receive())[0])).toBe("beat");
  heart.close();
  expect((await kernel.client.execute("6 * 7")).reply.status).toBe("ok");
}

describe("a subscriber", () => {
  it("is welcomed once it misses nothing any more, and so is the next", async () => {
    for (let n = 0; n < 3; n++) {
      const socket = subscriber("");
      expect(await received(socket)).toMatchObject({
        header: { msg_type: "iopub_welcome" },
        parentHeader: {},
        metadata: {},
        content: { subscription: "" },
      });
      const { header } = await (async () => {
        void kernel.client.kernelInfo();
        return received(socket);
      })();
      expect(header.msg_type).toBe("status");
      socket.close();
    }
  });

  it("is welcomed to the topic that it names, and hears of no other", async () => {
    const socket = subscriber("kernel.");
    // What the kernel last said of itself may come before.
    let frames = await socket.receive();
    while (/^kernel\..*status$/.test(String(frames[0]))) frames = await socket.receive();
    expect(String(frames[0])).toBe("kernel.");
    const decoded = decodeFrames(frames, signer);
    expect(decoded).toMatchObject({ message: { content: { subscription: "kernel." } } });
    const all = subscriber("");
    await welcomed(all);
    socket.subscribe("other.topic");
    await welcomed(all, "other.topic");
    expect((await received(socket)).content.subscription).toBe("other.topic");
    socket.close();
    all.close();
  });

  it("of a topic that is no text, or one beyond measure, does no harm", async () => {
    const odd = subscriber(Buffer.from([0xff, 0xfe]), Buffer.alloc(5000, "x"));
    const all = subscriber("");
    await welcomed(all);
    await answersAll();
    odd.close();
    all.close();
  });
});

describe("a client", () => {
  it("that comes back under its name before it was missed is served again", async () => {
    const first = dealer("the same name");
    await ask(first);
    expect((await received(first)).header.msg_type).toBe("kernel_info_reply");
    const second = dealer("the same name");
    await ask(second);
    expect((await received(second)).header.msg_type).toBe("kernel_info_reply");
    first.close();
    second.close();
  });
});

describe("a thousand clients", () => {
  const count = 1000;

  it("at once are all answered and all hear, and leave nothing behind", async () => {
    let before = 0;
    for (let round = 0; round < 3; round++) {
      const dealers = Array.from({ length: count }, () => dealer());
      await Promise.all(dealers.map(ask));
      const replies = await Promise.all(dealers.map(received));
      expect(new Set(replies.map(({ header }) => header.msg_type))).toEqual(
        new Set(["kernel_info_reply"]),
      );
      const subscribers = Array.from({ length: count }, () => subscriber(""));
      await Promise.all(subscribers.map((socket) => welcomed(socket)));
      await Promise.all([
        kernel.client.execute(`console.log("to all ${round}")`),
        ...subscribers.map((socket) => heard(socket, `to all ${round}\n`)),
      ]);
      await answersAll();
      for (const socket of [...dealers, ...subscribers]) socket.close();
      await answersAll();
      // What ZeroMQ has taken for the first crowd it has for the next.
      if (round === 0) before = await memory();
    }
    expect((await memory()) - before).toBeLessThan(100e6);
  }, 120_000);

  it("one after another are as good", async () => {
    const before = await memory();
    for (let n = 0; n < count; n++) {
      const socket = dealer();
      const hearing = subscriber("");
      await ask(socket);
      // Every other one goes before it has its reply.
      if (n % 2 === 0) await received(socket);
      socket.close();
      hearing.close();
    }
    await answersAll();
    await delay(100);
    expect((await memory()) - before).toBeLessThan(100e6);
  }, 120_000);
});
