/**
 * What the kernel needs of the library and users do not: `prism-lab/internal`. Nothing of it is kept
 * from one version to the next.
 */
export { plotlyPath } from "./display/plotly-source.js";
export { progressBundle } from "./display/progress.js";
export { guardHeap, releaseMemory } from "./runtime/heap.js";
export { afterInterrupt, enter, interruptCounters, leave } from "./runtime/interrupt.js";
