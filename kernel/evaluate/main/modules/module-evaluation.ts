// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Error, Object, Set } from "../../intrinsics.js";
import type { CellTracker } from "../cell-tracker.js";
import type { LocalModule } from "./local-module.js";
import { namespaceOfCommonJs } from "./namespaces.js";

/** Runs a module after all that it imports, waiting where one of them awaits. */
export async function evaluate(
  root: LocalModule,
  tracker: CellTracker,
  importNative: (specifier: string, from: string) => Promise<object>,
): Promise<void> {
  for (const module of inOrder(root)) {
    // A CommonJS file that is running, and that imports what imports it.
    if (module.status === "running" && module.evaluation === undefined) continue;
    module.evaluation ??= run(module, tracker, importNative);
    await module.evaluation;
    tracker.refuseStopped();
  }
}

async function run(
  module: LocalModule,
  tracker: CellTracker,
  importNative: (specifier: string, from: string) => Promise<object>,
): Promise<void> {
  module.status = "running";
  try {
    for (const { specifier, setter } of module.natives) {
      const local = module.dependencies.get(specifier);
      setter(local?.namespace ?? (await importNative(specifier, module.file)));
      tracker.refuseStopped();
    }
    await module.run();
    module.end("ready");
  } catch (error) {
    module.end("failed");
    throw error;
  }
}

/** The same for `require`, which cannot wait. */
export function evaluateNow(
  root: LocalModule,
  requireNative: (specifier: string, from: string) => unknown,
): void {
  for (const module of inOrder(root)) {
    if (module.isAsync) throw cannotWait(module, root);
    // A circle of CommonJS files: what is there so far is what they get.
    if (module.status === "running") continue;
    module.status = "running";
    try {
      for (const { specifier, setter } of module.natives) {
        const local = module.dependencies.get(specifier);
        const native = () => namespaceOfCommonJs(requireNative(specifier, module.file));
        setter(local?.namespace ?? native());
      }
      module.run();
      module.end("ready");
    } catch (error) {
      module.end("failed");
      throw error;
    }
  }
}

/** What is still to run for a module, dependencies first; in a circle, in the order of the text. */
function inOrder(root: LocalModule): readonly LocalModule[] {
  const seen = new Set<LocalModule>();
  const order: LocalModule[] = [];
  const visit = (module: LocalModule): void => {
    if (seen.has(module) || module.status === "ready") return;
    seen.add(module);
    for (const each of module.dependencies.values()) visit(each);
    order.push(module);
  };
  visit(root);
  return order;
}

function cannotWait(module: LocalModule, root: LocalModule): Error {
  const error = new Error(
    `${module.label} awaits at its top level, and require cannot wait: write await import("./${root.label}")`,
  );
  return Object.assign(error, { code: "ERR_REQUIRE_ASYNC_MODULE" });
}
