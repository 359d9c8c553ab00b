import { deserialize, serialize } from "node:v8";
import { SymmetryError } from "../base/errors.js";
import type { ModuleCall } from "../runtime/remote/module-kernels.js";
import { type FoundSymmetry, findSymmetry } from "./symmetry.js";
import { type TravellingCrystal, unpackedCrystal } from "./travelling-crystal.js";

export interface SymmetryRequest {
  readonly crystal: TravellingCrystal;
  readonly symprec: number;
}

/** What was found, or why nothing was. */
type SymmetryReply =
  | { readonly found: FoundSymmetry }
  | { readonly failure: { readonly message: string; readonly data: unknown } };

/** Runs on a thread of its own. */
export function searchSymmetry({ inputs }: ModuleCall): [Uint8Array] {
  const { crystal, symprec } = deserialize(inputs[0] as Uint8Array) as SymmetryRequest;
  return [new Uint8Array(serialize(replyTo(crystal, symprec)))];
}

function replyTo(crystal: TravellingCrystal, symprec: number): SymmetryReply {
  try {
    return { found: findSymmetry(unpackedCrystal(crystal), { symprec }) };
  } catch (error) {
    if (!(error instanceof SymmetryError)) throw error;
    return { failure: { message: error.message, data: error.data } };
  }
}

/** What `searchSymmetry` gave. @throws {SymmetryError} nothing was found. */
export function foundIn(reply: Uint8Array): FoundSymmetry {
  const result = deserialize(reply) as SymmetryReply;
  if ("found" in result) return result.found;
  throw new SymmetryError(result.failure.message, result.failure.data);
}
