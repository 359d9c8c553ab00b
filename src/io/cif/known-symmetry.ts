// What files repeat all the time: the same few hundred operations and symbols. Bounded, since a file
// may list anything.
import { SymmetryError } from "../../base/errors.js";
import {
  identity,
  operationKey,
  parseOperation,
  type SymmetryOperation,
} from "../../symmetry/operation.js";
import { spaceGroupSettings } from "../../symmetry/space-group.js";

const mostKnown = 8192;

const operationOfText = new Map<string, SymmetryOperation>();
const operationOfKey = new Map<string, SymmetryOperation>();
const ordersOf = new Map<string, readonly number[]>();

/**
 * A reader of the coordinate triplets of one file: operations that are equal up to a lattice vector
 * are the same object, and the identity is `identity`. It throws a SymmetryError at a text that is no
 * operation.
 */
export function operationReader(): (text: string) => SymmetryOperation {
  if (operationOfText.size > mostKnown) {
    operationOfText.clear();
    operationOfKey.clear();
  }
  if (operationOfKey.size === 0) operationOfKey.set(operationKey(identity), identity);
  return readOperation;
}

function readOperation(text: string): SymmetryOperation {
  const known = operationOfText.get(text);
  if (known) return known;
  const parsed = parseOperation(text);
  const key = operationKey(parsed);
  const operation = operationOfKey.get(key) ?? parsed;
  operationOfKey.set(key, operation);
  operationOfText.set(copied(text), operation);
  return operation;
}

/** Orders of the settings that a symbol may stand for; none if it is unknown. */
export function ordersOfSymbol(symbol: string): readonly number[] {
  const known = ordersOf.get(symbol);
  if (known) return known;
  const orders = readOrders(symbol);
  if (ordersOf.size > mostKnown) ordersOf.clear();
  ordersOf.set(copied(symbol), orders);
  return orders;
}

function readOrders(symbol: string): readonly number[] {
  try {
    return spaceGroupSettings(symbol).map((setting) => setting.operations.length);
  } catch (error) {
    if (error instanceof SymmetryError) return [];
    throw error;
  }
}

/** A part of a text keeps the whole text in memory. */
function copied(text: string): string {
  return ` ${text}`.slice(1);
}
