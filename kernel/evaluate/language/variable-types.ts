import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import type { CellModules } from "./cell-modules.js";
import type { ServiceHost } from "./service-host.js";

/** The types of all names that the cell can use, of earlier cells and its own, as TypeScript says them. */
export function variableTypes(
  service: TS.LanguageService,
  host: ServiceHost,
  modules: CellModules,
  code: string,
): Readonly<Record<string, string>> {
  const names = modules.valueNames(code);
  const { text, offset } = modules.moduleFor(`${code}\n;${names.join(";\n")};`);
  host.lookAt(text, service);
  const program = service.getProgram();
  const source = program?.getSourceFile(modules.currentFile);
  const checker = program?.getTypeChecker();
  const types: [string, string][] = [];
  for (const statement of source?.statements ?? []) {
    if (statement.pos < offset + code.length || !ts.isExpressionStatement(statement)) continue;
    const { expression } = statement;
    if (!ts.isIdentifier(expression) || checker === undefined) continue;
    const type = checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(expression));
    types.push([expression.text, host.readable(checker.typeToString(type))]);
  }
  return Object.fromEntries(types);
}
