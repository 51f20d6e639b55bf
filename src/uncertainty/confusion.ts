/** How often each class was decided for each label. */
export interface Confusion {
  readonly classes: number;
  /** Inputs by label and decision, [label, decision], row-major. */
  readonly counts: Float64Array;
}

/** Counts `decisions` against `labels`, each [N]. */
export function confusionOf(labels: ArrayLike<number>, decisions: ArrayLike<number>, classes: number): Confusion {
  const counts = new Float64Array(classes * classes);
  for (let n = 0; n < labels.length; n++) counts[labels[n]! * classes + decisions[n]!]!++;
  return { classes, counts };
}

/** How one class fares. NaN where nothing is there to divide by. */
export interface ClassRecord {
  /** Inputs with this label. */
  readonly labelled: number;
  /** Inputs decided so. */
  readonly decided: number;
  /** Share of the labelled that were decided so. */
  readonly recall: number;
  /** Share of the decided that are labelled so. */
  readonly precision: number;
  /** Harmonic mean of recall and precision, 2·both/(labelled + decided); NaN for a class that neither side has. */
  readonly f1: number;
}

/** Recall, precision and F1 of every class. */
export function classRecords({ classes, counts }: Confusion): ClassRecord[] {
  return Array.from({ length: classes }, (_, c) => {
    let labelled = 0;
    let decided = 0;
    for (let other = 0; other < classes; other++) {
      labelled += counts[c * classes + other]!;
      decided += counts[other * classes + c]!;
    }
    const both = counts[c * classes + c]!;
    return {
      labelled,
      decided,
      recall: both / labelled,
      precision: both / decided,
      f1: (2 * both) / (labelled + decided),
    };
  });
}

/** Mean recall of the classes that have labels: accuracy, were all of them equally common. */
export function balancedAccuracy(records: readonly ClassRecord[]): number {
  return average(
    records.filter(one => one.labelled > 0),
    one => one.recall,
  );
}

/** Mean precision over classes that are labelled or decided; a class never decided counts 0. */
export function macroPrecision(records: readonly ClassRecord[]): number {
  return average(records.filter(isPresent), one => (one.decided > 0 ? one.precision : 0));
}

/** Mean F1 over classes that are labelled or decided. */
export function macroF1(records: readonly ClassRecord[]): number {
  return average(records.filter(isPresent), one => one.f1);
}

/** Whether any input is labelled or decided so. */
export const isPresent = ({ labelled, decided }: ClassRecord): boolean => labelled + decided > 0;

const average = (records: readonly ClassRecord[], pick: (one: ClassRecord) => number): number =>
  records.reduce((sum, one) => sum + pick(one), 0) / records.length;
