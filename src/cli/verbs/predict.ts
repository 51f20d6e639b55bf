import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatDuration, formatNumber } from '../../base/index.ts';
import {
  type Evaluation,
  priceable,
  type Subject,
  samplesOf,
  samplesWorthOf,
  type UncertaintyParts,
  uncertaintyOfSubject,
} from '../../pipeline/index.ts';
import { energySaved, shortLabel, tableText, uncertaintyTable } from '../../report/index.ts';
import { predictionOf } from '../../run/index.ts';
import { metrics, overall, type Stopping } from '../../uncertainty/index.ts';
import { aligned } from '../aligned.ts';
import { openAgain, openFor, precisionOption, staleOptions, storeOptions, useOption } from '../experiment.ts';
import { shown } from '../shown.ts';
import { briefOf, interval } from '../summary-text.ts';
import type { Shell, Verb } from '../verb.ts';

export const predict: Verb = {
  options: [precisionOption, ...staleOptions, ...storeOptions, useOption],
  examples: ['predict runs/moons', 'predict examples/moons.yaml --json'],
  async run([path], options, shell) {
    const found = await stat(resolve(shell.folder, path!)).catch(() => undefined);
    const { run } = await (found?.isFile() ? openFor : openAgain)(path!, shell, options);
    const { subject } = run;
    const { design, times } = subject;
    const { arrays, evaluated } = await predictionOf(run, shell.job);
    const { evaluation } = evaluated;
    const uncertainty = await uncertaintyOfSubject(subject, shell.job('uncertainty'));
    const effectiveSamples = await samplesWorthOf(subject, shell.job('independence'));
    const stopping = await stoppingOf(subject, shell);
    const document = {
      entropy: design.sampling.entropy,
      samples: samplesOf(design),
      effectiveSamples,
      times,
      chips: subject.chips.length,
      metrics: evaluation.hardware.byTime.flatMap(({ time, metrics }) =>
        Object.entries(metrics).map(([metric, value]) => ({ time, metric, ...overall(value) })),
      ),
      uncertainty: uncertainty ?? null,
      ...(stopping && { stopping }),
      preserved: evaluation.preserved.metrics,
      prediction: run.directory.file('prediction.npz'),
      arrays,
    };
    const text = [
      `${document.samples} samples of '${document.entropy}', ${effectiveSamples ? `worth ${interval(effectiveSamples)} independent ones` : 'all drawn when the chip was programmed'}, on ${document.chips} ${document.chips === 1 ? 'chip' : 'chips'}`,
      aligned(timeRows(evaluation)),
      uncertaintyText(subject, uncertainty),
      ...(stopping ? [stoppingText(stopping, evaluation)] : []),
      `Predictions: ${shown(document.prediction)}\n${Object.entries(arrays)
        .map(([name, shape]) => `  ${name} [${shape.join(', ')}]`)
        .join('\n')}`,
    ].join('\n\n');
    return { document, text };
  },
};

type StoppingFound = Stopping & { readonly energySaved?: number };

/** When samples stop, and what that saves; undefined where all are taken. */
async function stoppingOf(subject: Subject, shell: Shell): Promise<StoppingFound | undefined> {
  const rule = await subject.own.get('stopping', {}, shell.job('stopping'));
  if (!rule) return undefined;
  const saved = await priceable(() => energySaved(subject, rule));
  return { ...rule, ...(typeof saved === 'number' && { energySaved: saved }) };
}

function stoppingText(
  { lambda, nll, meanSamples, samples99, samples, fixedSamples, energySaved }: StoppingFound,
  { hardware: { measured = [] } }: Evaluation,
): string {
  const own = measured.length > 0 ? ' Measured chips stop by a rule of their own, found on their validation rows.' : '';
  const saved = energySaved === undefined ? '' : `, ${formatNumber(100 * energySaved, 3)} % less energy`;
  return `Samples stop at a margin of ${formatNumber(lambda)}/√m${nll === undefined ? '' : ` and an estimated loss below ${formatNumber(nll / 2)} nats`}: ${formatNumber(meanSamples)} of ${samples} on average, 99 % at most ${samples99}${saved}; the same promise with a fixed number takes ${fixedSamples}.${own}`;
}

/** Whose uncertainty it is, where that can be told. */
function uncertaintyText(subject: Subject, found: UncertaintyParts | undefined): string {
  if (!found) {
    return `Samples of '${subject.design.sampling.entropy}' are no reads of weights that were programmed, so that their uncertainty is not taken apart by chips, programmings and reads.`;
  }
  const { note, ...table } = uncertaintyTable(subject, found);
  return `${aligned(tableText(table))}\n\n${note}`;
}

/** Brief metrics of the chips at every time. */
function timeRows({ task, hardware }: Evaluation): string[][] {
  const brief = briefOf(metrics, task);
  return [
    ['after programming', ...brief.map(shortLabel)],
    ...hardware.byTime.map(({ time, metrics }) => [
      formatDuration(time),
      ...brief.map(({ name }) => interval(metrics[name])),
    ]),
  ];
}
