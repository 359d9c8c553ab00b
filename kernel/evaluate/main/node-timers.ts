import { Session } from "node:inspector";
import { clearTimeout, setTimeout } from "node:timers";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Reflect } from "../intrinsics.js";

/** The timers of one duration, in the order of their ends. */
export interface TimerList {
  readonly msecs: number;
  readonly priorityQueuePosition: number | null;
}

/** A heap of the lists by the end of their first timers. */
export interface TimerQueue {
  insert(list: TimerList): void;
  peek(): TimerList | undefined;
  percolateDown(position: number): void;
  percolateUp(position: number): void;
  removeAt(position: number): void;
  shift(): TimerList | undefined;
}

/** What Node keeps of this thread's timers: each list is in both. */
export interface NodeTimers {
  readonly queue: TimerQueue;
  /** By duration. */
  readonly lists: Record<number, TimerList>;
}

const methods = ["insert", "peek", "percolateDown", "percolateUp", "removeAt", "shift"] as const;
/** ms; a duration that nobody else waits for. */
const probeMs = 2_147_400_001;
/** Where the inspector takes a function from, and leaves what it has found. */
const place = "prism: Node's timers";

/**
 * Node gives them to nobody, but its `clearTimeout` is a closure over them, and the inspector looks into
 * closures. Some milliseconds.
 *
 * @returns Undefined where this Node keeps its timers in another way.
 */
export function findNodeTimers(): NodeTimers | undefined {
  const session = new Session();
  try {
    session.connect();
    Reflect.set(globalThis, place, clearTimeout);
    const scopes = closureOf(session, `globalThis[${JSON.stringify(place)}]`);
    for (const scope of scopes) if (handOver(session, scope)) break;
    const found: unknown = Reflect.get(globalThis, place);
    return isNodeTimers(found) && areThose(found) ? found : undefined;
  } catch {
    return undefined;
  } finally {
    Reflect.deleteProperty(globalThis, place);
    session.disconnect();
  }
}

interface RemoteObject {
  readonly objectId?: string;
}

interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface Answer {
  readonly result: unknown;
  readonly internalProperties?: readonly Property[];
}

/** On its own thread the inspector answers at once. */
function ask(session: Session, method: string, params: object): Answer {
  let answer: Answer | undefined;
  session.post(method, params, (_error: Error | null, given?: object) => {
    answer = given as Answer | undefined;
  });
  return answer ?? { result: [] };
}

function propertiesOf(session: Session, object: RemoteObject | undefined): Answer {
  return ask(session, "Runtime.getProperties", { ...object, ownProperties: true });
}

/** The scopes that a function looks names up in, the innermost first. */
function closureOf(session: Session, expression: string): (RemoteObject | undefined)[] {
  const { result } = ask(session, "Runtime.evaluate", { expression });
  const { objectId } = result as RemoteObject;
  const { internalProperties = [] } = propertiesOf(session, objectId ? { objectId } : undefined);
  const scopes = internalProperties.find(({ name }) => name === "[[Scopes]]")?.value;
  const { objectId: scopesId } = scopes ?? {};
  const listed = propertiesOf(session, scopesId ? { objectId: scopesId } : undefined).result;
  return (listed as Property[]).map(({ value }) => value);
}

function handOver(session: Session, scope: RemoteObject | undefined): boolean {
  const { objectId } = scope ?? {};
  if (objectId === undefined) return false;
  const names = propertiesOf(session, { objectId }).result as Property[];
  const idOf = (wanted: string): string | undefined =>
    names.find(({ name }) => name === wanted)?.value?.objectId;
  const queue = idOf("timerListQueue");
  const lists = idOf("timerListMap");
  if (queue === undefined || lists === undefined) return false;
  ask(session, "Runtime.callFunctionOn", {
    objectId: queue,
    functionDeclaration: `function (lists) { globalThis[${JSON.stringify(place)}] = { queue: this, lists } }`,
    arguments: [{ objectId: lists }],
  });
  return true;
}

function isNodeTimers(found: unknown): found is NodeTimers {
  if (typeof found !== "object" || found === null) return false;
  const { queue, lists } = found as Partial<Record<keyof NodeTimers, object>>;
  if (queue === undefined || lists === undefined) return false;
  return methods.every((name) => typeof Reflect.get(queue, name) === "function");
}

/** Whether a timer comes into the list of its duration, and that into the queue: other lists must not be touched. */
function areThose({ queue, lists }: NodeTimers): boolean {
  const probe = setTimeout(() => {}, probeMs);
  const list: unknown = lists[probeMs];
  const isKnown =
    typeof list === "object" &&
    list !== null &&
    Reflect.get(list, "msecs") === probeMs &&
    typeof Reflect.get(list, "priorityQueuePosition") === "number";
  clearTimeout(probe);
  const first = queue.peek();
  return (
    isKnown && lists[probeMs] === undefined && (first === undefined || lists[first.msecs] === first)
  );
}
