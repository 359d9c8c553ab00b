import { MessagePort } from "node:worker_threads";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Array, Atomics, JSON, Map, Object, Promise, Reflect, Set, String } from "../intrinsics.js";

interface Saved {
  readonly owner: object;
  readonly key: string | symbol;
  readonly label: string;
  readonly descriptor: PropertyDescriptor;
}

const { defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
const { is } = Object;

/** Objects whose methods the kernel calls on the thread of the cells. */
const OWNERS: readonly (readonly [name: string, owner: object])[] = [
  ["Array", Array],
  ["Array.prototype", Array.prototype],
  ["ArrayIterator.prototype", Object.getPrototypeOf([].values())],
  ["Atomics", Atomics],
  ["Function.prototype", Function.prototype],
  ["JSON", JSON],
  ["Map.prototype", Map.prototype],
  ["MessagePort.prototype", MessagePort.prototype],
  ["Object", Object],
  ["Promise", Promise],
  ["Promise.prototype", Promise.prototype],
  ["Reflect", Reflect],
  ["RegExp.prototype", RegExp.prototype],
  ["Set.prototype", Set.prototype],
  ["SetIterator.prototype", Object.getPrototypeOf(new Set().values())],
  ["String.prototype", String.prototype],
];

const saved: Saved[] = [];
for (const [name, owner] of OWNERS) {
  for (const key of ownKeys(owner)) {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    // What cannot be changed cannot be broken.
    if (descriptor?.configurable !== true) continue;
    const label = typeof key === "symbol" ? `${name}[${key.description}]` : `${name}.${key}`;
    saved.push({ owner, key, label, descriptor });
  }
}

/**
 * Puts back what a cell has made of the language's own methods, and returns the names of those, joined
 * by commas. For when the kernel itself fails on them: a method that was replaced on purpose, and
 * works, stays. Uses none of them, so counts and compares by hand.
 */
export function repairBuiltins(): string {
  let names = "";
  for (let i = 0; i < saved.length; i++) {
    const { owner, key, label, descriptor } = saved[i]!;
    const now = getOwnPropertyDescriptor(owner, key);
    const isWhole =
      now !== undefined &&
      is(now.value, descriptor.value) &&
      now.get === descriptor.get &&
      now.set === descriptor.set;
    if (isWhole || !defineProperty(owner, key, descriptor)) continue;
    names += names === "" ? label : `, ${label}`;
  }
  const then = getOwnPropertyDescriptor(Object.prototype, "then");
  if (then?.configurable === true && deleteProperty(Object.prototype, "then")) {
    names += names === "" ? "Object.prototype.then" : ", Object.prototype.then";
  }
  return names;
}
