import { deserialize, serialize } from "node:v8";

type Packable = Float64Array | Int32Array;

/** In the place of an array that travels beside the rest. */
interface ArraySlot {
  readonly slot: number;
  readonly type: "Float64Array" | "Int32Array";
}

/** Plain data with large arrays in it as a list of arrays, which a worker can hand over. */
export function packed(value: unknown): (Packable | Uint8Array)[] {
  const arrays: Packable[] = [];
  const plain = replaced(value, (leaf) => {
    if (!(leaf instanceof Float64Array || leaf instanceof Int32Array)) return leaf;
    arrays.push(leaf);
    const type = leaf instanceof Float64Array ? "Float64Array" : "Int32Array";
    return { slot: arrays.length - 1, type } satisfies ArraySlot;
  });
  return [new Uint8Array(serialize(plain)), ...arrays];
}

/** The value again, over the buffers themselves. */
export function unpacked([head, ...arrays]: readonly ArrayBuffer[]): unknown {
  return replaced(deserialize(new Uint8Array(head)), (leaf) => {
    if (!isSlot(leaf)) return leaf;
    const buffer = arrays[leaf.slot];
    return leaf.type === "Float64Array" ? new Float64Array(buffer) : new Int32Array(buffer);
  });
}

function isSlot(value: unknown): value is ArraySlot {
  if (typeof value !== "object" || value === null) return false;
  const { slot, type } = value as Partial<ArraySlot>;
  return typeof slot === "number" && (type === "Float64Array" || type === "Int32Array");
}

function replaced(value: unknown, replace: (leaf: unknown) => unknown): unknown {
  const own = replace(value);
  const isLeaf = typeof value !== "object" || value === null || ArrayBuffer.isView(value);
  if (own !== value || isLeaf) return own;
  if (Array.isArray(value)) return value.map((part) => replaced(part, replace));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, replaced(part, replace)]),
  );
}
