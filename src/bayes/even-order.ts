/**
 * An order of 0 … count − 1 whose every beginning is spread evenly: the numbers by their reversed bits, those too large
 * passed over (van der Corput's sequence). The first m of it lie in any stretch of the numbers in proportion, to within
 * 1 + log₂(count)/2 of them.
 */
export function evenOrder(count: number): Uint32Array {
  const bits = Math.max(0, 32 - Math.clz32(count - 1));
  const order = new Uint32Array(count);
  for (let i = 0, filled = 0; filled < count; i++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) reversed |= 1 << (bits - 1 - bit);
    if (reversed < count) order[filled++] = reversed;
  }
  return order;
}
