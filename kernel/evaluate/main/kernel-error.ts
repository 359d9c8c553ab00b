import { PrismError } from "prism-lab";

/** Something that a notebook asks of its kernel and cannot have; `code` says what. */
export class KernelError extends PrismError {}
