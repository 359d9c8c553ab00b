import type { CellOutcome } from "../evaluate/evaluator.js";
import { type ErrorReply, errorReply } from "../protocol/replies.js";
import type { Cell } from "./cell.js";
import type { CellSteps } from "./execution-queue.js";
import type { Outbox } from "./publisher.js";
import type { Services } from "./services.js";

/** What each step of a cell's life says to the clients. */
export function createCellSteps(services: Services, outbox: Outbox): CellSteps {
  const { publisher } = services;
  let executionCount = 0;

  return {
    run(cell) {
      const { code, silent, storeHistory } = cell.execute;
      if (storeHistory) executionCount++;
      cell.executionCount = executionCount;
      cell.startedAt = new Date().toISOString();
      services.cells.add(cell);
      const { header } = cell.request.message;
      publisher.status("busy", header);
      if (!silent) {
        publisher.publish("execute_input", { code, execution_count: executionCount }, header);
      }
      const outcome = evaluate(services, cell);
      if (storeHistory) services.history.add(executionCount, code);
      return outcome;
    },

    conclude(cell, outcome) {
      services.inputs.withdraw(cell);
      const { header } = cell.request.message;
      const failure = failureOf(outcome);
      if (failure && !cell.execute.silent) {
        const { ename, evalue, traceback } = failure;
        publisher.publish("error", { ename, evalue, traceback }, header);
      }
      const content = {
        ...(failure ?? okContent(outcome)),
        execution_count: cell.executionCount,
      };
      publisher.reply(cell.request, "execute_reply", content, { started: cell.startedAt });
      publisher.status("idle", header);
    },

    abort(cell) {
      const { header } = cell.request.message;
      publisher.status("busy", header);
      const content = { status: "aborted", execution_count: executionCount };
      publisher.reply(cell.request, "execute_reply", content);
      publisher.status("idle", header);
    },

    settled: () => outbox.settled(),
  };
}

async function evaluate(services: Services, cell: Cell): Promise<CellOutcome> {
  const { code, silent, allowStdin, userExpressions } = cell.execute;
  const { id, executionCount } = cell;
  const request = { id, code, executionCount, silent, allowStdin, userExpressions };
  try {
    return await services.evaluator.execute(request);
  } catch (error) {
    // A defect of the evaluator ends this cell, not the kernel.
    const { name, message, stack } = error as Error;
    services.log(`the evaluator failed: ${stack ?? message}`);
    return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
  }
}

function failureOf(outcome: CellOutcome): ErrorReply | undefined {
  if (outcome.status === "ok") return undefined;
  if (outcome.status === "interrupted") return errorReply("Interrupted", "", outcome.traceback);
  return errorReply(outcome.ename, outcome.evalue, outcome.traceback);
}

function okContent(outcome: CellOutcome): object {
  if (outcome.status !== "ok") return {};
  const { userExpressions, payload } = outcome;
  return { status: "ok", user_expressions: userExpressions, payload };
}
