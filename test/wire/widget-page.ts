import type { JsonObject } from "../../kernel/protocol/json.js";
import type { Message } from "../../kernel/protocol/message.js";
import type { KernelFixture } from "./kernel-fixture.js";

export type State = Readonly<Record<string, unknown>>;

interface Sent {
  readonly method?: string;
  readonly state?: State;
  readonly [key: string]: unknown;
}

/** Keeps models as the widget manager of a front end does, out of what comes over the wire. */
export class WidgetPage {
  readonly models = new Map<string, State>();
  readonly messages: Message[] = [];
  readonly #kernel: KernelFixture;

  constructor(kernel: KernelFixture) {
    this.#kernel = kernel;
    kernel.client.onIopub((message) => this.#take(message));
  }

  /** The newest model of a class, and its id. */
  newest(model: string): { readonly id: string; readonly state: State } {
    const found = [...this.models].filter(([, { _model_name: name }]) => name === model).at(-1);
    if (!found) throw new Error(`there is no ${model}`);
    return { id: found[0], state: found[1] };
  }

  /** Changes a model's state as a reader does; returns nothing, as nobody answers. */
  change(id: string, state: JsonObject): void {
    this.send(id, { method: "update", state, buffer_paths: [] });
  }

  click(id: string): void {
    this.send(id, { method: "custom", content: { event: "click" } });
  }

  send(id: string, data: unknown): void {
    this.#kernel.client.notify("shell", "comm_msg", { comm_id: id, data });
  }

  /** What the kernel has sent to a model, of one method. */
  sent(id: string, method: string): readonly State[] {
    return this.messages
      .filter(({ content }) => content.comm_id === id && dataOf(content).method === method)
      .map(({ content }) => dataOf(content).state ?? {});
  }

  #take(message: Message): void {
    this.messages.push(message);
    const { header, content } = message;
    const id = String(content.comm_id);
    const { state } = dataOf(content);
    if (header.msg_type === "comm_open" && state) this.models.set(id, state);
    if (header.msg_type === "comm_close") this.models.delete(id);
    const known = this.models.get(id);
    if (header.msg_type === "comm_msg" && state && known) {
      this.models.set(id, { ...known, ...state });
    }
  }
}

function dataOf(content: JsonObject): Sent {
  return (content.data ?? {}) as Sent;
}
