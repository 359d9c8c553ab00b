// Piscina's task without work.
export function empty() {}
