import { nearestName } from "../../evaluate/nearest-name.js";
import { UsageError } from "../errors.js";
import type { Notebook } from "../notebook/document.js";
import { declaredParameters, PARAMETERS_TAG } from "./inject-parameters.js";

/**
 * The parameters that each notebook takes: those that its tagged cell declares.
 *
 * @param warn Takes sentences on parameters that are for others of the notebooks alone.
 * @throws {UsageError} A name that no notebook declares: it would change nothing.
 */
export function parametersOf(
  notebooks: ReadonlyMap<string, Notebook>,
  given: ReadonlyMap<string, unknown>,
  warn: (sentence: string) => void,
): ReadonlyMap<string, ReadonlyMap<string, unknown>> {
  const declared = new Map(
    [...notebooks].map(([file, notebook]) => [file, declaredParameters(notebook)]),
  );
  const known = new Set([...declared.values()].flatMap((names) => [...(names ?? [])]));
  const unknown = [...given.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const isTagged = [...declared.values()].some((names) => names !== undefined);
    throw isTagged ? undeclared(unknown, known, given) : untagged([...notebooks.keys()], given);
  }
  return new Map(
    [...declared].map(([file, names]) => {
      const left = [...given.keys()].filter((name) => !names?.has(name));
      if (left.length > 0) warn(`${file}: ${leftOut(left, names)}`);
      return [file, new Map([...given].filter(([name]) => names?.has(name)))];
    }),
  );
}

function undeclared(
  unknown: readonly string[],
  known: ReadonlySet<string>,
  given: ReadonlyMap<string, unknown>,
): UsageError {
  const guesses = unknown.flatMap((name) => nearestName(name, known) ?? []);
  const guess = guesses.length === 0 ? "" : `; did you mean ${listed(guesses)}?`;
  const all = known.size === 0 ? "it declares nothing" : `declared are ${listed([...known])}`;
  return new UsageError(
    `expected parameters that the cell tagged "${PARAMETERS_TAG}" declares, ` +
      `got ${listed(unknown)}; ${all}${guess}`,
    { unknown, known: [...known], given: [...given.keys()] },
  );
}

function untagged(files: readonly string[], given: ReadonlyMap<string, unknown>): UsageError {
  const names = [...given.keys()];
  return new UsageError(
    `${files.join(", ")}: expected a cell tagged "${PARAMETERS_TAG}" that declares ${listed(names)}, ` +
      "got none; give the cell that declares them this tag (in JupyterLab: the gears at the upper " +
      "right, Cell Tags), or leave the parameters out",
    { files, given: names },
  );
}

function leftOut(names: readonly string[], declared: ReadonlySet<string> | undefined): string {
  const tail = "it runs without";
  if (declared === undefined) {
    return `no cell is tagged "${PARAMETERS_TAG}", so ${listed(names)} cannot be set; ${tail}`;
  }
  const known = declared.size === 0 ? "nothing" : listed([...declared]);
  return `the cell tagged "${PARAMETERS_TAG}" does not declare ${listed(names)}, only ${known}; ${tail}`;
}

function listed(names: readonly string[]): string {
  return names.join(", ");
}
