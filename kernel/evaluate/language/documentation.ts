import type TS from "typescript";
import { ts } from "../compile/typescript.js";
import type { ServiceHost } from "./service-host.js";

/**
 * The text of declarations with their documentation as plain comments, every character at its place.
 * Of what a check reads, most is the documentation of Node and of the language: to parse it takes
 * TypeScript as long as all the rest, and it is asked for by a hover now and then.
 */
export function withPlainComments(declarations: string): string {
  return declarations.replaceAll("/**", "/* ");
}

/** Documentation and tags of what was read without: from the files as they are on disk. */
export function documentationAt(
  definitions: readonly TS.DefinitionInfo[],
  host: ServiceHost,
): string {
  for (const { fileName, contextSpan, textSpan } of definitions) {
    if (!host.hasPlainComments(fileName)) continue;
    const found = documentationIn(fileName, (contextSpan ?? textSpan).start);
    if (found !== "") return found;
  }
  return "";
}

function documentationIn(file: string, start: number): string {
  const text = ts.sys.readFile(file);
  if (text === undefined) return "";
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const declaration = declarationAt(source, start);
  if (declaration === undefined) return "";
  const comments = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc);
  const sections = comments.flatMap(({ comment, tags }) => [
    ts.getTextOfJSDocComment(comment) ?? "",
    (tags ?? []).map(tagText).join("\n"),
  ]);
  return sections.filter(Boolean).join("\n\n");
}

/** The outermost node that begins there: the declaration, not its name. */
function declarationAt(source: TS.SourceFile, start: number): TS.Node | undefined {
  let found: TS.Node | undefined;
  const visit = (node: TS.Node): void => {
    if (found !== undefined || node.pos > start || node.end <= start) return;
    if (node.getStart(source) === start) found = node;
    else ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

function tagText(tag: TS.JSDocTag): string {
  const name = ts.isJSDocParameterTag(tag) ? tag.name.getText() : "";
  const comment = ts.getTextOfJSDocComment(tag.comment) ?? "";
  return [`@${tag.tagName.text}`, name, comment].filter(Boolean).join(" ");
}
