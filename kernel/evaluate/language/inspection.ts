import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import type { Inspection } from "../evaluator.js";
import type { CellModules } from "./cell-modules.js";
import { declarationText } from "./declaration-text.js";
import { documentationAt } from "./documentation.js";
import type { ServiceHost } from "./service-host.js";

const NOTHING: Inspection = { found: false, data: {} };

/** What stands at the cursor, or the function whose arguments are being typed: type and docs. */
export function inspectCell(
  service: TS.LanguageService,
  host: ServiceHost,
  modules: CellModules,
  code: string,
  cursor: number,
  detailLevel: 0 | 1,
): Inspection {
  const module = modules.moduleFor(code);
  host.lookAt(module.text, service);
  const file = modules.currentFile;
  const position = inspectedPosition(service, file, module.offset + cursor);
  if (position === undefined) return NOTHING;
  const info = service.getQuickInfoAtPosition(file, position);
  if (info === undefined) return NOTHING;
  const signature = declarationText(info.displayParts, host);
  // TypeScript's answer for a name that nothing declares.
  if (signature === "any") return NOTHING;
  const definitions = service.getDefinitionAtPosition(file, position) ?? [];
  const documentation = documentationOf(info) || documentationAt(definitions, host);
  const source =
    detailLevel === 1 ? definitionText(service, modules, host, module.offset, position) : undefined;
  const plain = [signature, documentation, source].filter(Boolean).join("\n\n");
  const markdown = [fenced(signature), documentation, source && fenced(source)].filter(Boolean);
  return {
    found: true,
    data: { "text/plain": plain, "text/markdown": markdown.join("\n\n") },
  };
}

function inspectedPosition(
  service: TS.LanguageService,
  file: string,
  position: number,
): number | undefined {
  for (const candidate of [position, position - 1]) {
    if (service.getQuickInfoAtPosition(file, candidate) !== undefined) return candidate;
  }
  const help = service.getSignatureHelpItems(file, position, undefined);
  const source = service.getProgram()?.getSourceFile(file);
  if (help === undefined || source === undefined) return undefined;
  const callee = calleeBefore(source, help.applicableSpan.start);
  return callee?.getEnd();
}

/** The called expression whose argument list begins at `start`. */
function calleeBefore(source: TS.SourceFile, start: number): TS.Node | undefined {
  let callee: TS.Node | undefined;
  const visit = (node: TS.Node): void => {
    if (node.pos > start || node.end < start) return;
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && node.expression.end <= start) callee = node.expression;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return callee;
}

function documentationOf(info: TS.QuickInfo): string {
  const text = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map((tag) => {
    const said = ts.displayPartsToString(tag.text);
    return said === "" ? `@${tag.name}` : `@${tag.name} ${said}`;
  });
  // Each tag is a paragraph: Markdown joins lines that follow one another.
  return [text, ...tags].filter(Boolean).join("\n\n");
}

/** The declaration itself, where it stands in a cell or in a source that can be read. */
function definitionText(
  service: TS.LanguageService,
  modules: CellModules,
  host: ServiceHost,
  offset: number,
  position: number,
): string | undefined {
  const file = modules.currentFile;
  const definition = service.getDefinitionAtPosition(file, position)?.at(-1);
  if (definition === undefined) return undefined;
  const { fileName } = definition;
  const whole = host.hasPlainComments(fileName)
    ? ts.sys.readFile(fileName)
    : service.getProgram()?.getSourceFile(fileName)?.text;
  const span = definition.contextSpan ?? definition.textSpan;
  // Before the cell's own text there are stand-ins for variables of earlier ones.
  if (fileName === file && span.start < offset) return modules.sourceOf(definition.name);
  return whole?.slice(span.start, span.start + span.length);
}

function fenced(code: string): string {
  return `\`\`\`typescript\n${code}\n\`\`\``;
}
