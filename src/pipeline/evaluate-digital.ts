import { insist, type Job } from '../base/index.ts';
import type { DigitalChoice, DigitalPredictor } from '../cost/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Assessment, assess, bytesOfAssessment, type Question } from './assessment.ts';
import { checkWanted } from './check-wanted.ts';
import { posteriorFor, predictorOf } from './digital-predictor.ts';
import type { Evidence, Wanted } from './evaluate-design.ts';
import { type NetworkGiven, networkGiven, networkOf } from './network-of.ts';
import { Pipeline } from './pipeline.ts';
import type { Prepared } from './prepared.ts';
import { pricedDigital } from './pricing.ts';
import type { Stage } from './stage.ts';

/** A digital way to predict, and how it is built. */
export interface Digital extends Required<DigitalChoice> {
  readonly predictor: DigitalPredictor;
}

/** The design whose posterior a digital predictor predicts with; `changes` are laid over the options of its training. */
export const digitalDesign = (
  design: Design,
  predictor: DigitalPredictor,
  { train }: Pick<Dataset, 'train'>,
  changes: Readonly<Record<string, unknown>> = {},
): Design => ({ ...design, posterior: posteriorFor(predictor, design.posterior, train.count, changes) });

/** What is asked of a digital predictor: there are no chips, and time changes nothing. */
export interface DigitalWanted extends Pick<Wanted, 'metrics' | 'rows' | 'correction' | 'perRow' | 'prices' | 'bill'> {
  readonly times: readonly number[];
  /** The design whose process, supply, rate and deadline prices are for. */
  readonly terms: Design;
}

/**
 * What a digital predictor of a `digitalDesign` is worth: the counterpart of `evaluateDesign`. There is one row of values for
 * each time, that of chip 0, and all are the same. What draws is judged by its mean over sets of draws.
 */
export async function evaluateDigital(
  prepared: Prepared,
  design: Design,
  digital: Digital,
  { metrics, times, rows, correction, perRow, prices, bill, terms }: DigitalWanted,
  { key, job }: { readonly key: Key; readonly job: Job },
): Promise<Evidence> {
  const { data } = prepared;
  checkWanted({ metrics, times, chips: [], ...(rows && { rows }), ...(correction && { correction }) }, data, design);
  insist(data.task === 'classification' || digital.predictor !== 'moment propagation', {
    path: ['baselines', 'of'],
    rule: "'moment propagation' predicts classes, and the data have numbers",
    hint: 'leave it out',
  });
  const pipeline = new Pipeline(prepared, design, { key, job });
  const question = { key: fold(key, 'question'), metrics, rows, after: correction, perRow };
  const found = await pipeline.run(digitalOf(question, digital));
  const priced = prices || bill ? pricedDigital(terms, design, data, digital) : undefined;
  const repeated = (values: Float64Array) =>
    Float32Array.from({ length: times.length * values.length }, (_, i) => values[i % values.length]!);
  return {
    rows: times.map(time => ({ chip: 0, time, values: found.metrics })),
    prices: priced && prices ? priced.prices : {},
    ...(priced && bill && { bill: priced.bill }),
    arrays: Object.fromEntries(
      Object.entries(found.perRow ?? {}).map(([name, values]) => [`rows/${name}`, repeated(values)]),
    ),
    ...pipeline.account,
  };
}

interface DigitalGiven extends NetworkGiven, Pick<Digital, 'predictor' | 'samples' | 'weightBits'> {
  readonly question: Question;
}

/** What is asked of a digital predictor. */
const digitalOf = (
  question: Question,
  { predictor, samples, weightBits }: Digital,
): Stage<DigitalGiven, 'data' | 'posterior', Assessment> => ({
  name: 'digital',
  per: [],
  needs: ['data', 'posterior'],
  project: design => ({ ...networkGiven(design), question, predictor, samples, weightBits }),
  async run({ question, predictor, samples, weightBits, ...given }, { data, posterior }, key, job) {
    const built = networkOf(given, data);
    const parts = { network: built.network, posterior, samples, weightBits };
    const found: Assessment[] = [];
    for (let set = 0; set < setsOf(predictor, samples); set++) {
      const predict = predictorOf(fold(fold(key, 'drawn'), set), predictor, parts);
      const outputs = async (rows: Parameters<typeof predict>[0]) => predict(rows);
      const blocks: Drawn['blocks'] = async (rows, _job, each) => each(predict(rows), { row: 0, sample: 0 });
      found.push(await assess({ built, data, noise: posterior.noiseStd, outputs, blocks }, question, job));
    }
    return meanAssessment(found);
  },
  bytes: bytesOfAssessment,
});

type Drawn = Parameters<typeof assess>[0];

/** Predictors that draw anew for every decision, or once for one device of many. */
const drawing: readonly DigitalPredictor[] = ['drawn pre-activations', 'dropout', 'last-layer laplace'];

/** Draws that a drawing predictor is judged over at least. */
const fewestDraws = 16;

/** Sets of draws whose mean a predictor is judged by, so that a few lucky draws make no good design. */
const setsOf = (predictor: DigitalPredictor, samples: number): number =>
  drawing.includes(predictor) ? Math.ceil(fewestDraws / samples) : 1;

/** Means of metrics, and of numbers by row. */
function meanAssessment(found: readonly Assessment[]): Assessment {
  const mean = (value: (one: Assessment) => number) => found.reduce((sum, one) => sum + value(one), 0) / found.length;
  const [first] = found as [Assessment];
  return {
    metrics: Object.fromEntries(Object.keys(first.metrics).map(name => [name, mean(one => one.metrics[name]!)])),
    ...(first.perRow && {
      perRow: Object.fromEntries(
        Object.entries(first.perRow).map(([name, rows]) => [
          name,
          rows.map((_, r) => mean(one => one.perRow![name]![r]!)),
        ]),
      ),
    }),
  };
}
