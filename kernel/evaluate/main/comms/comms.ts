// biome-ignore lint/suspicious/noShadowRestrictedNames: a cell may hide the globals
import { Object, Symbol } from "../../intrinsics.js";
import type { CommHub, HubComm, HubHandler } from "./comm-hub.js";
import type { Comm, CommEvent, CommHandler, Comms } from "./comms-api.js";

/** The notebook's global `comms`. */
export function createComms(hub: CommHub): Comms {
  return {
    register: (target, onOpen) =>
      hub.register(target, (comm, message) => onOpen(userComm(comm), eventOf(message))),
    open: (target, data, parts) => userComm(hub.open(target, data, parts)),
  };
}

function userComm(comm: HubComm): Comm {
  const facade: Comm = {
    id: comm.id,
    target: comm.target,
    get isOpen() {
      return comm.isOpen;
    },
    send: (data, parts) => comm.send(data, parts),
    onMessage: (handler) => listen(comm.onMessage, handler),
    onClose: (handler) => listen(comm.onClose, handler),
    close: (data, parts) => comm.close(data, parts),
  };
  return Object.defineProperty(facade, Symbol.for("nodejs.util.inspect.custom"), {
    value: () => `Comm(${comm.target}, ${comm.isOpen ? "open" : "closed"})`,
  });
}

function listen(handlers: Set<HubHandler>, handler: CommHandler): () => void {
  const own: HubHandler = (message) => handler(eventOf(message));
  handlers.add(own);
  return () => void handlers.delete(own);
}

function eventOf({ data, metadata, buffers }: CommEvent): CommEvent {
  return { data, metadata, buffers };
}
