import type TS from "typescript";
import type { SyntaxProblem } from "../compile-cell.js";
import { ts } from "./typescript.js";

export const NO_JSX =
  "JSX is not supported: build the elements by calls, or as text for display.html.";

export function firstJsx(node: TS.Node): TS.Node | undefined {
  const isJsx = ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node);
  return isJsx ? node : ts.forEachChild(node, firstJsx);
}

export function jsxProblem(node: TS.Node): SyntaxProblem {
  return { code: 17004, message: NO_JSX, start: node.getStart(), length: 1 };
}

/** For a text that does not parse: the JSX in it, if with JSX it would. */
export function jsxMistaken(code: string): SyntaxProblem | undefined {
  let jsx: TS.Node | undefined;
  const { diagnostics } = ts.transpileModule(code, {
    fileName: "cell.tsx",
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      moduleDetection: ts.ModuleDetectionKind.Force,
      jsx: ts.JsxEmit.Preserve,
    },
    transformers: {
      before: [
        () => (source) => {
          jsx = firstJsx(source);
          return source;
        },
      ],
    },
  });
  return diagnostics?.length === 0 && jsx !== undefined ? jsxProblem(jsx) : undefined;
}
