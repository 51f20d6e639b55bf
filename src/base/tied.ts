/** Eight steps of single precision: what differs by a smaller share is one number that rounding has split. */
const resolution = 2 ** -20;

/**
 * Whether two computed numbers count as one: they differ by less than 2⁻²⁰ (about a millionth) of the larger. Sums of the
 * same terms in another order, and the same inputs in single and in double precision, stay well within this. It knows no
 * unit: numbers a million times smaller are told apart as well.
 */
export function tied(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) < resolution * Math.max(Math.abs(a), Math.abs(b));
}
