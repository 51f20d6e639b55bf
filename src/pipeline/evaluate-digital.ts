import { insist, type Job } from '../base/index.ts';
import { correctLogits, fitLogitCorrection } from '../bayes/index.ts';
import type { DigitalChoice, DigitalPredictor } from '../cost/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import type { Outputs } from '../inference/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Assessment, assess, bytesOfAssessment, type Question } from './assessment.ts';
import { checkWanted } from './check-wanted.ts';
import { type Predictor, posteriorFor, predictorOf } from './digital-predictor.ts';
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
export interface DigitalWanted extends Pick<Wanted, 'metrics' | 'rows' | 'perRow' | 'prices' | 'bill'> {
  readonly times: readonly number[];
  /** The design whose process, supply, rate and deadline prices are for. */
  readonly terms: Design;
}

/**
 * What a digital predictor of a `digitalDesign` is worth: the counterpart of `evaluateDesign`. There is one row of values for
 * each time, that of chip 0, and all are the same. A deterministic classifier has its temperature fitted to the validation rows.
 */
export async function evaluateDigital(
  prepared: Prepared,
  design: Design,
  digital: Digital,
  { metrics, times, rows, perRow, prices, bill, terms }: DigitalWanted,
  { key, job }: { readonly key: Key; readonly job: Job },
): Promise<Evidence> {
  const { data } = prepared;
  checkWanted({ metrics, times, chips: [], ...(rows && { rows }) }, data, design);
  insist(data.task === 'classification' || digital.predictor !== 'moment propagation', {
    path: ['baselines', 'of'],
    rule: "'moment propagation' predicts classes, and the data have numbers",
    hint: 'leave it out',
  });
  const pipeline = new Pipeline(prepared, design, { key, job });
  const question = { key: fold(key, 'question'), metrics, rows, perRow };
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
  run({ question, predictor, samples, weightBits, ...given }, { data, posterior }, key, job) {
    const built = networkOf(given, data);
    const parts = { network: built.network, posterior, samples, weightBits };
    const plain = predictorOf(fold(key, 'drawn'), predictor, parts);
    const predict =
      predictor === 'deterministic' && data.task === 'classification' ? tempered(plain, data.validation) : plain;
    return assess(
      {
        built,
        data,
        noise: posterior.noiseStd,
        outputs: async rows => predict(rows),
        async blocks(rows, _job, each) {
          each(predict(rows), { row: 0, sample: 0 });
        },
      },
      question,
      job,
    );
  },
  bytes: bytesOfAssessment,
});

/** The same predictor with one temperature, fitted to rows with labels. */
function tempered(
  predict: Predictor,
  rows: { readonly inputs: Float32Array; readonly labels: Int32Array; readonly count: number },
): Predictor {
  const { values, samples, outputs } = predict(rows);
  const correction = fitLogitCorrection('temperature', {
    logits: values,
    labels: rows.labels,
    samples,
    classes: outputs,
  });
  return split => {
    const found: Outputs = predict(split);
    correctLogits(found.values, correction);
    return found;
  };
}
