/**
 * Solves a symmetric positive definite system of linear equations by Gaussian elimination, which needs no pivoting then
 * (Golub & Van Loan, Matrix Computations, 4.2). Overwrites its arguments.
 */
export function solve(matrix: number[][], values: number[]): number[] {
  const size = values.length;
  for (let k = 0; k < size; k++) {
    const pivot = matrix[k]!;
    for (let row = k + 1; row < size; row++) {
      const factor = matrix[row]![k]! / pivot[k]!;
      for (let j = k; j < size; j++) matrix[row]![j]! -= factor * pivot[j]!;
      values[row]! -= factor * values[k]!;
    }
  }
  for (let k = size - 1; k >= 0; k--) {
    for (let j = k + 1; j < size; j++) values[k]! -= matrix[k]![j]! * values[j]!;
    values[k]! /= matrix[k]![k]!;
  }
  return values;
}
