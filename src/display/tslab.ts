import { createRequire } from "node:module";
import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "./mime.js";

type Write = (display: { data: MimeBundle; metadata: object; transient: object }) => void;

interface Request {
  readonly header: { readonly msg_type: string };
}

/** The module of tslab's kernel that speaks Jupyter's protocol, as far as it is used here. */
interface TslabProtocol {
  /** Publishes in the name of the cell that runs; there once the first cell has started. */
  readonly lastWriteDisplayData: Write;
  readonly ZmqServer: {
    readonly prototype: { publishStatus(status: string, parent: Request): void };
  };
}

/** The variable by which a cell hands its last expression to tslab, which prints it as text. */
const LAST_EXPRESSION = "tsLastExpr";

/**
 * Makes tslab's kernel show what it prints as text otherwise: the last expression of a cell, if it
 * has a display of its own. That kernel knows no such values, so its variable for the expression
 * becomes an accessor, and a cell is idle only once its displays have left. Does nothing elsewhere.
 */
export function showInTslab(): void {
  const kernel: unknown = Reflect.get(globalThis, "__tslab__");
  if (typeof kernel !== "object" || kernel === null) return;
  const variables: unknown = Reflect.get(kernel, "exports");
  const protocol = runningProtocol();
  if (protocol === undefined || typeof variables !== "object" || variables === null) return;
  const inherited: object = Object.getPrototypeOf(variables);
  if (LAST_EXPRESSION in inherited) return;
  // Of the cell that imports the library just now.
  Reflect.deleteProperty(variables, LAST_EXPRESSION);
  const pending = new Set<Promise<void>>();
  holdIdle(protocol, pending);
  let printed: unknown;
  const accessor = {
    get: () => printed,
    set: (value: unknown) => {
      const method = displayMethod(value);
      printed = method === undefined ? value : undefined;
      if (method === undefined) return;
      const shown = publish(method, value, protocol.lastWriteDisplayData);
      pending.add(shown);
      void shown.finally(() => pending.delete(shown));
    },
  };
  // Behind the variables: tslab deletes its own property after each cell.
  Object.setPrototypeOf(variables, Object.create(inherited, { [LAST_EXPRESSION]: accessor }));
}

function runningProtocol(): TslabProtocol | undefined {
  const modules = Object.values(createRequire(import.meta.url).cache);
  const found = modules.find((module) => {
    const exports: Partial<TslabProtocol> | undefined = module?.exports;
    return (
      typeof exports?.lastWriteDisplayData === "function" &&
      typeof exports.ZmqServer?.prototype?.publishStatus === "function"
    );
  });
  return found?.exports;
}

/** A client takes no more output of a cell that is idle. */
function holdIdle({ ZmqServer }: TslabProtocol, pending: ReadonlySet<Promise<void>>): void {
  const { publishStatus } = ZmqServer.prototype;
  ZmqServer.prototype.publishStatus = function (status, parent) {
    const isLast = parent.header.msg_type === "shutdown_request";
    if (status !== "idle" || isLast || pending.size === 0) {
      publishStatus.call(this, status, parent);
      return;
    }
    void Promise.all(pending).then(() => publishStatus.call(this, status, parent));
  };
}

function displayMethod(value: unknown): (() => MimeBundle | Promise<MimeBundle>) | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const method: unknown = Reflect.get(value, displaySymbol);
  return typeof method === "function" ? (method as () => MimeBundle) : undefined;
}

/** Never rejects: whoever shows a value by its name has nothing to catch it with. */
async function publish(
  method: () => MimeBundle | Promise<MimeBundle>,
  value: unknown,
  write: Write,
): Promise<void> {
  try {
    write({ data: await method.call(value), metadata: {}, transient: {} });
  } catch (error) {
    process.stderr.write(`The value's own display failed, shown as text: ${inspect(error)}\n`);
    write({ data: { "text/plain": inspect(value) }, metadata: {}, transient: {} });
  }
}
