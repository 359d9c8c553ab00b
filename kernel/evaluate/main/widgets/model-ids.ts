import { createHash } from "node:crypto";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Map, WeakMap } from "../../intrinsics.js";
import type { LiveCell } from "../cell-tracker.js";

/**
 * Ids of models: the same in every run of a notebook, so that running it again leaves no difference.
 * An id tells the text of the cell, how often that has run and the model's place in the run: what an
 * earlier session has left on the page finds a model of the same cell under its id, or none.
 */
export class ModelIds {
  private readonly runs = new Map<string, number>();
  private readonly places = new WeakMap<LiveCell, { readonly run: number; next: number }>();

  next(cell: LiveCell | undefined): string {
    const code = cell?.code ?? "";
    let place = cell && this.places.get(cell);
    if (place === undefined) {
      const run = (this.runs.get(code) ?? 0) + 1;
      this.runs.set(code, run);
      place = { run, next: 0 };
      if (cell !== undefined) this.places.set(cell, place);
    }
    place.next += 1;
    const text = `${code}\n${place.run}.${place.next}`;
    return createHash("sha256").update(text).digest("hex").slice(0, 32);
  }
}
