/** The nearest whole number, ties to the even one. */
export function roundToEven(x: number): number {
  const lower = Math.floor(x);
  const rest = x - lower;
  if (rest !== 0.5) return rest < 0.5 ? lower : lower + 1;
  return lower % 2 === 0 ? lower : lower + 1;
}
