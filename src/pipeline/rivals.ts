import { insist, type Job } from '../base/index.ts';
import { correctLogits, fitLogitCorrection } from '../bayes/index.ts';
import { type DigitalPredictor, type Loss, qualityOf, type Rival } from '../cost/index.ts';
import type { Dataset, Split } from '../data/index.ts';
import type { Experiment } from '../experiment/index.ts';
import { checkPropagates, type Outputs, probabilities } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import { type PairedLoss, pairedLoss, rowsToDecide } from '../uncertainty/index.ts';
import type { Predictor } from './digital-predictor.ts';
import { measurementOf } from './measurement.ts';
import { networkOf } from './network-of.ts';
import { type Candidate, candidatesFor } from './rival-candidates.ts';
import type { Subject } from './subject.ts';
import { turnOf } from './turn.ts';

/** Losses that a baseline may have more than the chips: half a point of accuracy, a hundredth of a nat. */
export const margins = { accuracy: 0.005, nll: 0.01 } as const;

type Losses = Readonly<Record<keyof typeof margins, Float64Array>>;

/** Stops where baselines are asked for that quality cannot be compared with. */
export function checkRivals({ evaluate, network, posterior }: Experiment, data: Dataset): void {
  const { baselines } = evaluate;
  if (baselines.length === 0) return;
  insist(data.task === 'classification' && Math.min(data.validation.count, data.test.count) > 1, {
    path: ['evaluate', 'baselines'],
    rule: 'needs classes, and at least two rows for validation and for test',
    hint: 'leave it out',
  });
  if (!baselines.includes('moment propagation')) return;
  const { method, noise } = posterior;
  checkPropagates(networkOf({ layers: network.layers, method, noise }, data).network);
}

/**
 * Digital predictors beside the chips of a classification: for each, as few samples and bits as lose less than the margins on
 * the validation rows, judged on the test rows against all chips at the headline time. Both sides have their temperature
 * fitted to the validation rows. Those that do not stand on the experiment's posterior are trained, once for each store.
 */
export async function rivalsOf(
  subject: Subject,
  predictors: readonly DigitalPredictor[],
  job: Job,
): Promise<readonly Rival[]> {
  if (predictors.length === 0) return [];
  const { data } = subject;
  const chips = await lossesOfChips(subject, job);
  const rivals: Rival[] = [];
  for (const predictor of predictors) {
    const candidates = await candidatesFor(predictor, subject, job);
    let best: { readonly candidate: Candidate; readonly nll: number } | undefined;
    let chosen: Candidate | undefined;
    for (const candidate of candidates) {
      await turnOf(job);
      const { validation } = lossesOf(candidate.predict, subject, ['validation']);
      const lost = compared(validation!, chips.validation, data.validation);
      const fits = (['accuracy', 'nll'] as const).every(name => lost[name].mean < margins[name]);
      if (fits) {
        chosen = candidate;
        break;
      }
      if (!best || lost.nll.mean < best.nll) best = { candidate, nll: lost.nll.mean };
    }
    const { samples, weightBits, predict } = chosen ?? best!.candidate;
    const { test } = lossesOf(predict, subject, ['test']);
    const lost = compared(test!, chips.test, data.test);
    const losses = Object.fromEntries(
      Object.entries(lost).map(([name, loss]) => [name, marked(loss, margins[name as keyof typeof margins])]),
    );
    rivals.push({ predictor, samples, weightBits, quality: qualityOf(losses, data.test.count) });
  }
  return rivals;
}

function marked(loss: PairedLoss, margin: number): Loss {
  const needed = rowsToDecide(loss, margin);
  const { mean, low, high } = loss;
  return { mean, low, high, margin, rowsNeeded: Number.isFinite(needed) ? needed : null };
}

/** Rows that belong together count as one piece of evidence. */
const compared = (
  predictor: Losses,
  chips: readonly Losses[],
  { groups }: Split,
): Readonly<Record<keyof typeof margins, PairedLoss>> => ({
  accuracy: pairedLoss(
    predictor.accuracy,
    chips.map(({ accuracy }) => accuracy),
    groups,
  ),
  nll: pairedLoss(
    predictor.nll,
    chips.map(({ nll }) => nll),
    groups,
  ),
});

/** Losses of every chip by row, its own temperature fitted. */
async function lossesOfChips(subject: Subject, job: Job) {
  const { own, data, root, headlineTime } = subject;
  const question = { key: fold(root, 'question'), metrics: ['nll'], outputs: true, correction: 'temperature' } as const;
  const found = { validation: [] as Losses[], test: [] as Losses[] };
  for (const chip of subject.chips) {
    await turnOf(job);
    const { outputs } = await own.run(measurementOf(question), { chip, time: headlineTime });
    const of = (split: 'validation' | 'test'): Outputs => {
      const values = outputs![split]!;
      const { count } = data[split];
      const classes = subject.network.outputs;
      return { values, samples: values.length / count / classes, count, outputs: classes };
    };
    const temperature = temperatureOf(of('validation'), data.validation);
    for (const split of ['validation', 'test'] as const) {
      found[split].push(rowLossesOf(of(split), data[split], temperature));
    }
  }
  return found;
}

/** Losses by row of a predictor whose temperature is fitted to the validation rows. */
function lossesOf(
  predict: Predictor,
  { data }: Subject,
  splits: readonly ('validation' | 'test')[],
): Partial<Record<'validation' | 'test', Losses>> {
  const validation = predict(data.validation);
  const temperature = temperatureOf(validation, data.validation);
  return Object.fromEntries(
    splits.map(split => {
      const outputs = split === 'validation' ? validation : predict(data.test);
      return [split, rowLossesOf(outputs, data[split], temperature)];
    }),
  );
}

const temperatureOf = ({ values, samples, outputs }: Outputs, { labels }: Split) =>
  fitLogitCorrection('temperature', { logits: values, labels, samples, classes: outputs });

/** Whether the averaged prediction errs, and its negative log-likelihood, by row. */
export function rowLossesOf(
  { values, samples, count, outputs }: Outputs,
  { labels }: Split,
  temperature: ReturnType<typeof temperatureOf>,
): Losses {
  const logits = values.slice();
  correctLogits(logits, temperature);
  const p = probabilities({ values: logits, samples, count, outputs });
  const accuracy = new Float64Array(count);
  const nll = new Float64Array(count);
  const average = new Float64Array(outputs);
  for (let i = 0; i < count; i++) {
    average.fill(0);
    for (let s = 0; s < samples; s++) {
      for (let c = 0; c < outputs; c++) average[c]! += p[(s * count + i) * outputs + c]! / samples;
    }
    let best = 0;
    for (let c = 1; c < outputs; c++) if (average[c]! > average[best]!) best = c;
    accuracy[i] = best === labels[i] ? 0 : 1;
    nll[i] = -Math.log(Math.max(average[labels[i]!]!, Number.MIN_VALUE));
  }
  return { accuracy, nll };
}
