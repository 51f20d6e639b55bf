/** What a chip says of some inputs. */
export interface Answers {
  /** Its number, the same whether it works or is broken. */
  readonly chip: number;
  /** Mean probabilities, [inputs, classes]. */
  readonly of: Float64Array;
}

/** A short test of a chip: inputs, and how far its answers may be from what chips that work say. */
export interface SelfTest {
  /** Rows of the validation split, in the order in which they were chosen. */
  readonly rows: readonly number[];
  /** Largest distance of an answer from the mean one that passes, by input: twice that of the chips that work. */
  readonly limits: readonly number[];
  /** Shares of broken and of working chips, none of which the test was chosen on, that it refuses. */
  readonly found: number;
  readonly alarms: number;
}

/** Farther than the working chips by this factor is refused: few of them say where the farthest lies. */
const margin = 2;

/** Largest difference of probabilities from the mean answer, by input. */
function distances(answers: Float64Array, mean: Float64Array, inputs: number): Float64Array {
  const classes = mean.length / inputs;
  return Float64Array.from({ length: inputs }, (_, i) => {
    let most = 0;
    for (let k = i * classes; k < (i + 1) * classes; k++) most = Math.max(most, Math.abs(answers[k]! - mean[k]!));
    return most;
  });
}

/**
 * The fewest inputs that reveal faults, by greedy cover: each next one is that which more of the broken chips not found yet answer farther from
 * the mean of the working chips than twice what any of these does, until no input finds another or `most` are taken. Chips of odd numbers,
 * working and however they are broken, are left out of the choice, and are what the test is judged on.
 */
export function selfTest(working: readonly Answers[], broken: readonly Answers[], inputs: number, most = 8): SelfTest {
  const half = (all: readonly Answers[], parity: number) =>
    all.filter(({ chip }) => chip % 2 === parity).map(({ of }) => of);
  const seen = half(working, 0);
  const mean = Float64Array.from(seen[0]!, (_, k) => seen.reduce((sum, one) => sum + one[k]!, 0) / seen.length);
  const far = (all: readonly Float64Array[]) => all.map(one => distances(one, mean, inputs));
  const own = far(seen);
  const limits = Float64Array.from(
    { length: inputs },
    (_, i) => margin * own.reduce((limit, one) => Math.max(limit, one[i]!), 0),
  );
  const refuses = (one: Float64Array, row: number) => one[row]! > limits[row]!;
  let open = far(half(broken, 0));
  const rows: number[] = [];
  while (open.length > 0 && rows.length < most) {
    let [best, finds] = [-1, 0];
    for (let i = 0; i < inputs; i++) {
      const count = open.filter(one => refuses(one, i)).length;
      if (count > finds) [best, finds] = [i, count];
    }
    if (best < 0) break;
    rows.push(best);
    open = open.filter(one => !refuses(one, best));
  }
  const share = (all: readonly Float64Array[]) =>
    all.length > 0 ? all.filter(one => rows.some(row => refuses(one, row))).length / all.length : Number.NaN;
  return {
    rows,
    limits: rows.map(row => limits[row]!),
    found: share(far(half(broken, 1))),
    alarms: share(far(half(working, 1))),
  };
}
