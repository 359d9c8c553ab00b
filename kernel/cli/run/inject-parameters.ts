import type TS from "typescript";
import { cellNames } from "../../evaluate/compile/cell-names.js";
import { ts } from "../../evaluate/compile/typescript.js";
import { splitMagics } from "../../evaluate/magics/split-cell.js";
import { type Cell, type CodeCell, hasTag, type Notebook } from "../notebook/document.js";

export const PARAMETERS_TAG = "parameters";
const INJECTED_TAG = "injected-parameters";

/**
 * The notebook with a cell that sets the parameters, where papermill puts it: in place of an earlier
 * one, else after the cell tagged `parameters`.
 *
 * A variable is assigned to, so that a value of the wrong type is refused before the cell runs; a
 * constant is declared again, with the type that was written for it, or as a variable of the value's
 * own type: with that of the constant, `const mode = "fast"`, only "fast" would do.
 *
 * @param parameters Of those that `declaredParameters` names.
 */
export function injectParameters(
  notebook: Notebook,
  parameters: ReadonlyMap<string, unknown>,
): Notebook {
  const declaring = declaringCell(notebook);
  if (parameters.size === 0 || declaring === undefined) return notebook;
  const cells = [...notebook.cells];
  const earlier = cells.findIndex((cell) => isCode(cell, INJECTED_TAG));
  const injected: CodeCell = {
    cell_type: "code",
    id: cells[earlier]?.id ?? freeId(cells),
    metadata: { tags: [INJECTED_TAG] },
    source: sourceOf(parameters, declarationsIn(declaring.source)),
    execution_count: null,
    outputs: [],
  };
  if (earlier >= 0) cells[earlier] = injected;
  else cells.splice(cells.indexOf(declaring) + 1, 0, injected);
  return { ...notebook, cells };
}

/** What the cell tagged `parameters` declares; undefined where no cell is. */
export function declaredParameters(notebook: Notebook): ReadonlySet<string> | undefined {
  const declaring = declaringCell(notebook);
  return declaring && new Set(declarationsIn(declaring.source).keys());
}

function declaringCell({ cells }: Notebook): CodeCell | undefined {
  return cells.find((cell): cell is CodeCell => isCode(cell, PARAMETERS_TAG));
}

function isCode(cell: Cell, tag: string): cell is CodeCell {
  return cell.cell_type === "code" && hasTag(cell, tag);
}

function freeId(cells: readonly Cell[]): string {
  const taken = new Set(cells.map(({ id }) => id));
  let id = INJECTED_TAG;
  for (let n = 2; taken.has(id); n++) id = `${INJECTED_TAG}-${n}`;
  return id;
}

interface Declared {
  readonly isVariable: boolean;
  readonly annotation: string | undefined;
}

function declarationsIn(cell: string): Map<string, Declared> {
  const source = ts.createSourceFile("cell.mts", splitMagics(cell).code, ts.ScriptTarget.ES2023);
  const annotations = new Map<string, string>();
  const note = (node: TS.Node): void => {
    if (ts.isVariableDeclaration(node) && node.type && ts.isIdentifier(node.name)) {
      annotations.set(node.name.text, node.type.getText(source));
    }
  };
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) statement.declarationList.declarations.forEach(note);
  }
  const values = cellNames(source).filter(({ isValue }) => isValue);
  return new Map(
    values.map(({ name, kind }) => [
      name,
      { isVariable: kind === "variable", annotation: annotations.get(name) },
    ]),
  );
}

function sourceOf(
  parameters: ReadonlyMap<string, unknown>,
  declared: ReadonlyMap<string, Declared>,
): string {
  const lines = ["// Parameters of this run"];
  const assignments: string[] = [];
  for (const [name, value] of parameters) {
    const known = declared.get(name);
    if (known?.isVariable) {
      assignments.push(`  ${name} = ${literal(value)};`);
    } else {
      const type = known?.annotation === undefined ? "" : `: ${known.annotation}`;
      lines.push(`let ${name}${type} = ${literal(value)};`);
    }
  }
  // In a block: the value of a last assignment would be shown as the result of the cell.
  if (assignments.length > 0) lines.push("{", ...assignments, "}");
  return lines.join("\n");
}

/** A value of JSON in TypeScript, where a key `__proto__` in quotes would mean something else. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => {
    const name = JSON.stringify(key);
    return `${key === "__proto__" ? `[${name}]` : name}: ${literal(item)}`;
  });
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
