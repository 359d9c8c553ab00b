/** A value of CIF 2.0: a text, a list, or a table by its keys. */
export type CifValue = string | readonly CifValue[] | ReadonlyMap<string, CifValue>;

/** Deeper values come from no program, and would end the stack of those that walk through them. */
const deepest = 100;

/**
 * The values of a list or table as it stands in the text, "[[0.1 0] {'key':1}]"; undefined where it is
 * none. Numbers stay texts, with their standard uncertainties.
 */
export function parseListValue(text: string): CifValue | undefined {
  const reader = new ListReader(text);
  const value = reader.value(0);
  return value === undefined || typeof value === "string" || !reader.isDone ? undefined : value;
}

class ListReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isDone(): boolean {
    this.skipBlanks();
    return this.at === this.text.length;
  }

  value(depth: number): CifValue | undefined {
    this.skipBlanks();
    if (depth > deepest) return undefined;
    const { text, at } = this;
    switch (text[at]) {
      case "[":
        return this.list(depth);
      case "{":
        return this.table(depth);
      case "'":
      case '"':
        return this.quoted();
      case ";":
        if (text[at - 1] === "\n") return this.textField();
    }
    return this.bare();
  }

  private list(depth: number): CifValue | undefined {
    const values: CifValue[] = [];
    this.at++;
    while (!this.takes("]")) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  private table(depth: number): CifValue | undefined {
    const values = new Map<string, CifValue>();
    this.at++;
    while (!this.takes("}")) {
      const isQuoted = /['"]/.test(this.text[this.at] ?? "");
      const key = isQuoted ? this.quoted() : undefined;
      if (key === undefined || this.text[this.at] !== ":") return undefined;
      this.at++;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      values.set(key, value);
    }
    return values;
  }

  private takes(end: string): boolean {
    this.skipBlanks();
    if (this.text[this.at] !== end) return false;
    this.at++;
    return true;
  }

  private quoted(): string | undefined {
    const quote = this.text[this.at];
    const fence = this.text.startsWith(quote.repeat(3), this.at) ? quote.repeat(3) : quote;
    return this.upTo(fence, this.at + fence.length, fence.length);
  }

  private textField(): string | undefined {
    return this.upTo("\n;", this.at + 1, 2);
  }

  private upTo(end: string, from: number, skip: number): string | undefined {
    const to = this.text.indexOf(end, from);
    if (to < 0) return undefined;
    this.at = to + skip;
    return this.text.slice(from, to);
  }

  private bare(): string | undefined {
    const word = /[^\s[\]{}]+/y;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private skipBlanks(): void {
    const blanks = /(?:\s+(?:#[^\n]*)?)*/y;
    blanks.lastIndex = this.at;
    this.at += blanks.exec(this.text)?.[0].length ?? 0;
  }
}
