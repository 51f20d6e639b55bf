/** Share of the capital at most that a bet may lose. */
const most = 0.75;

/** Level that bets are sized for; the p-value holds at any. */
const level = 0.05;

/** What the logarithm of the capital grows by at most with a value of 0. */
export const largestGrowth = (bound: number): number => Math.log1p((most * bound) / (1 - bound));

/**
 * p-value of the hypothesis that the mean of independent values between −1 and 1 is `bound` or more, valid for any number of them: 1 over the largest
 * capital Π (1 + ν_i (bound − x_i)) of someone who bets against it, ν_i by the spread of the values before (Waudby-Smith & Ramdas, Estimating means of bounded
 * random variables by betting, J. R. Stat. Soc. B 86(1) 1–27, 2024, section 4.2; Ville's inequality).
 */
export function bettingPValue(values: ArrayLike<number>, bound: number): number {
  const n = values.length;
  let capital = 0;
  let largest = 0;
  let sum = 0;
  let squares = 1 / 4;
  for (let i = 0; i < n; i++) {
    const variance = squares / (i + 1);
    const bet = Math.min(most / (1 - bound), Math.sqrt((2 * Math.log(1 / level)) / (n * variance)));
    const x = values[i]!;
    capital += Math.log1p(bet * (bound - x));
    largest = Math.max(largest, capital);
    sum += x;
    squares += (x - sum / (i + 2)) ** 2;
  }
  return Math.exp(-largest);
}
