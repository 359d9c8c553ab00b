/**
 * The cheapest assignment of rows to columns of a square matrix of costs, by shortest augmenting paths
 * with potentials.
 *
 * @param cost [n, n], row-major.
 * @returns The column of each row.
 * @see Jonker & Volgenant, Computing 38, 325 (1987).
 */
export function cheapestAssignment(cost: Float64Array, n: number): Int32Array {
  // Index n stands for the row that is being placed.
  const rowOfColumn = new Int32Array(n + 1).fill(-1);
  const rowPotential = new Float64Array(n);
  const columnPotential = new Float64Array(n + 1);
  const previous = new Int32Array(n + 1);
  const slack = new Float64Array(n + 1);
  const done = new Uint8Array(n + 1);
  for (let row = 0; row < n; row++) {
    rowOfColumn[n] = row;
    slack.fill(Number.POSITIVE_INFINITY);
    done.fill(0);
    let column = n;
    while (rowOfColumn[column] >= 0) {
      done[column] = 1;
      const from = rowOfColumn[column];
      let least = Number.POSITIVE_INFINITY;
      let next = -1;
      for (let to = 0; to < n; to++) {
        if (done[to] === 1) continue;
        const reduced = cost[from * n + to] - rowPotential[from] - columnPotential[to];
        if (reduced < slack[to]) {
          slack[to] = reduced;
          previous[to] = column;
        }
        if (slack[to] < least) {
          least = slack[to];
          next = to;
        }
      }
      for (let to = 0; to <= n; to++) {
        if (done[to] === 1) {
          rowPotential[rowOfColumn[to]] += least;
          columnPotential[to] -= least;
        } else slack[to] -= least;
      }
      column = next;
    }
    while (column !== n) {
      rowOfColumn[column] = rowOfColumn[previous[column]];
      column = previous[column];
    }
    rowOfColumn[n] = -1;
  }
  const columnOfRow = new Int32Array(n);
  for (let column = 0; column < n; column++) columnOfRow[rowOfColumn[column]] = column;
  return columnOfRow;
}
