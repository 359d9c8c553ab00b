import { inspect } from "node:util";
import { type Table, table } from "prism-lab";
// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Reflect } from "../../intrinsics.js";
import { reasonOf } from "../bundle.js";
import type { ScriptVariables } from "../script-variables.js";

const MOST_CHARACTERS = 60;
const MOST_ROWS = 1000;
/** Names that are told one by one when they are forgotten. */
const MOST_NAMES = 20;

/** The user's variables: type as TypeScript sees it, value on one line. */
export function whoTable(
  variables: ScriptVariables,
  types: Readonly<Record<string, string>>,
): Table {
  const values = variables.values();
  const rows = Object.keys(types)
    .filter((name) => Object.hasOwn(values, name))
    .map((name) => {
      const value = values[name];
      const type = types[name] ?? "any";
      return {
        name,
        type: shortened(type === "any" ? runtimeType(value) : type),
        value: shortValue(value),
      };
    });
  return table(rows, { columns: ["name", "type", "value"], maxRows: MOST_ROWS });
}

/** What `%reset` says that it did. */
export function forgotten(names: readonly string[]): string {
  if (names.length === 0) return "there was no variable to forget";
  const shown = names.slice(0, MOST_NAMES).join(", ");
  const more = names.length - MOST_NAMES;
  const count = `${names.length} variable${names.length === 1 ? "" : "s"}`;
  return `forgot ${count}: ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Likewise of widgets and of other comms; empty if there were none. */
export function closedNote(widgets: number, comms: number): string {
  const parts = [
    ...(widgets > 0 ? [`${widgets} widget${widgets === 1 ? "" : "s"}`] : []),
    ...(comms > 0 ? [`${comms} comm${comms === 1 ? "" : "s"}`] : []),
  ];
  return parts.length === 0 ? "" : `closed ${parts.join(" and ")}`;
}

function shortValue(value: unknown): string {
  try {
    const options = { depth: 1, breakLength: Infinity, maxArrayLength: 6, maxStringLength: 60 };
    return shortened(inspect(value, options).replace(/\s*\n\s*/g, " "));
  } catch (error) {
    return `<value that cannot be inspected: ${shortened(reasonOf(error))}>`;
  }
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > MOST_CHARACTERS
    ? `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`
    : text;
}

/** For a variable that TypeScript knows nothing of. */
function runtimeType(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  try {
    const maker: unknown = Reflect.get(value, "constructor");
    return typeof maker === "function" && maker.name !== "" ? maker.name : "object";
  } catch {
    return "object";
  }
}
