/** A cell that asks what something is, as in IPython: `name?`, `?name`, or with `??` for the source. */
export interface HelpRequest {
  readonly expression: string;
  readonly detailLevel: 0 | 1;
}

/** A dotted name, such as `prism.Crystal.fromFile`; no TypeScript ends or starts like that. */
const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.[\p{ID_Start}$_#][\p{ID_Continue}$]*)*`;

const AFTER = new RegExp(String.raw`^(${NAME})[ \t]*(\?{1,2})$`, "u");
const BEFORE = new RegExp(String.raw`^(\?{1,2})[ \t]*(${NAME})$`, "u");

export function helpRequest(cell: string): HelpRequest | undefined {
  const text = cell.trim();
  const after = AFTER.exec(text);
  if (after !== null) return request(after[1]!, after[2]!);
  const before = BEFORE.exec(text);
  return before === null ? undefined : request(before[2]!, before[1]!);
}

function request(expression: string, marks: string): HelpRequest {
  return { expression, detailLevel: marks.length === 2 ? 1 : 0 };
}
