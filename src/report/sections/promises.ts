import { formatDuration, formatNumber } from '../../base/index.ts';
import { type Evaluation, pricedOf, pricesOf, type Subject } from '../../pipeline/index.ts';
import type { Stopping } from '../../uncertainty/index.ts';
import type { Section } from '../report.ts';
import type { Cell, Table } from '../table.ts';

/** Samples that predictions did not take, and inputs that were not answered. */
export async function promisesSection(subject: Subject, evaluation: Evaluation): Promise<Section[]> {
  const stopping = await subject.own.get('stopping');
  const { abstention } = subject.experiment.evaluate;
  return [
    ...(stopping ? [stoppingSection(evaluation, stopping, await energySaved(subject, stopping))] : []),
    ...(abstention
      ? [
          {
            title: 'Answers that are given',
            text: [
              `Inputs whose confidence is below a threshold are not answered. The threshold was chosen on the validation rows of each predictor (SGR, Geifman & El-Yaniv 2017), so that with a probability of ${1 - abstention.error} the errors among answers stay below ${abstention.risk} for rows like those; of other rows nothing is promised.`,
            ],
            tables: [
              conditionsTable(evaluation, ['answeredShare', 'answeredRisk'], ['answered', 'errors among answers']),
            ],
          },
        ]
      : []),
  ];
}

/** Share of the energy of a decision that stopping saves; undefined where it has no price. */
export async function energySaved(subject: Subject, stopping: Stopping): Promise<number | undefined> {
  const given = await pricedOf(subject);
  const energy = (of: typeof given) => pricesOf(of).energyPerDecision;
  const [all, some] = [energy({ ...given, stopping: null }), energy({ ...given, stopping })];
  return all === undefined || some === undefined ? undefined : 1 - some / all;
}

function stoppingSection(evaluation: Evaluation, rule: Stopping, saved: number | undefined): Section {
  return {
    title: 'Samples until it stops',
    text: [
      `An input takes no more samples once the margin of its two leading classes exceeds λ/√m${rule.nll === undefined ? '' : ` and the samples left out are estimated to cost less than ${formatNumber(rule.nll / 2)} nats`}. λ = ${formatNumber(rule.lambda)} by Learn then Test: ${rule.losses} of ${rule.pairs.toLocaleString('en-US')} validation rows, each on a chip of its own, were decided otherwise than by all ${rule.samples} samples (p = ${formatNumber(rule.pValue, 2)}), so that with a probability of ${1 - rule.error} the next chip decides at most a share of ${rule.risk} of the next rows otherwise${rule.nll === undefined ? '' : `, and loses at most ${rule.nll} nats in the mean, differences beyond half a nat counted as that`}. They took ${formatNumber(rule.meanSamples)} samples on average, 99 % of them at most ${rule.samples99}; a fixed number for all inputs would have to be ${rule.fixedSamples} to promise the same.${saved === undefined ? '' : ` A decision takes ${formatNumber(100 * saved, 3)} % less energy.`}`,
      'The promise is about chips and rows like those that it was calibrated on: where chips age or inputs change, the table shows what is left of it.',
    ],
    tables: [
      {
        ...conditionsTable(
          evaluation,
          ['stoppingRisk', 'meanSamples', 'samples99', 'stoppingNll'],
          ['decided otherwise', 'samples', '99th percentile', 'NLL beyond all samples'],
        ),
        note: `Promised: at most ${rule.risk} decided otherwise${rule.nll === undefined ? '' : `, at most ${rule.nll} nats beyond all samples`}.`,
      },
    ],
  };
}

/** Metrics of the chips at every time and under every corruption. */
function conditionsTable({ hardware, corruptions = [] }: Evaluation, names: readonly string[], heads: string[]): Table {
  const rows: Cell[][] = [
    ...hardware.byTime.map(({ time, metrics }): Cell[] => [
      `${formatDuration(time)} after programming`,
      ...names.map(name => metrics[name]),
    ]),
    ...corruptions.map(({ corruption, strength, hardware: found }): Cell[] => [
      `${corruption} ${strength}`,
      ...names.map(name => found[name]),
    ]),
  ];
  return { columns: ['chips', ...heads], rows };
}
