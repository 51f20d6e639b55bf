/** Numbers that a mean is taken of at most, and how far apart they are then: a prime, so that no pattern of columns is favoured. */
const mostLooked = 1 << 18;

/** Mean of all values, or of every k-th where there are millions, to a few thousandths of their spread. */
export function meanLookedAt(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  const step = values.length > mostLooked ? nextPrime(Math.ceil(values.length / mostLooked)) : 1;
  for (let i = 0; i < values.length; i += step) {
    sum += values[i]!;
    count++;
  }
  return sum / count;
}

function nextPrime(from: number): number {
  let n = Math.max(3, from | 1);
  while (Array.from({ length: Math.floor(Math.sqrt(n)) - 1 }, (_, i) => i + 2).some(k => n % k === 0)) n += 2;
  return n;
}
