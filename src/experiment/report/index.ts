import { stringify } from 'yaml';
import { type Citation, formatDuration } from '../../base/index.ts';
import { methods, type Posterior } from '../../bayes/index.ts';
import { sources } from '../../data/index.ts';
import { entropySources } from '../../inference/index.ts';
import { metricsTable, type Report } from '../../report/index.ts';
import { transferMethods } from '../../transfer/index.ts';
import { headlines } from '../../uncertainty/index.ts';
import { concernsOf, diagnose } from '../diagnose.ts';
import type { Evaluation } from '../evaluate.ts';
import type { OpenRun } from '../open.ts';
import { chipName } from '../run-directory.ts';
import type { Setting } from '../setting.ts';
import { calibratedSection } from './calibrated.ts';
import { calibrationSection } from './calibration.ts';
import { chipSection } from './chip.ts';
import { corruptedSection } from './corrupted.ts';
import { pricedSection } from './cost.ts';
import { mapsSection } from './maps.ts';
import { summaryOf } from './summary.ts';
import { timeSection } from './time.ts';
import { trainingSection } from './training.ts';
import { type Compared, variantsSection } from './variants.ts';
import { weightsSection } from './weights.ts';

/** The report of a run and its variants. */
export async function reportOf({ run, variants }: OpenRun, command: string): Promise<Report> {
  const { setting } = run;
  const { experiment } = setting;
  const evaluation = await run.evaluation();
  const prediction = await run.prediction();
  const posterior = await run.posterior();
  const diagnostics = diagnose(setting, posterior);
  const { hardware } = await run.transferred();
  const chip = hardware.chips[0]!;
  const compared: Compared[] = [{ name: 'this experiment', setting, evaluation }];
  const posteriors = [posterior];
  for (const [name, variant] of variants) {
    compared.push({ name, setting: variant.setting, evaluation: await variant.evaluation() });
    posteriors.push(await variant.posterior());
  }
  const priced = pricedSection(setting, chip);
  const sections = [
    ...mapsSection(setting, evaluation, prediction),
    ...(compared.length > 1 ? [variantsSection(compared)] : []),
    chipSection(setting, evaluation, chip),
    weightsSection(setting, await run.placed(), evaluation, chip),
    calibrationSection(evaluation),
    ...(evaluation.calibration ? [calibratedSection(evaluation.calibration)] : []),
    ...(evaluation.corruptions ? [corruptedSection(evaluation, evaluation.corruptions)] : []),
    ...(setting.times.length > 1 ? [timeSection(evaluation)] : []),
    priced.section,
    trainingSection(setting, posterior, diagnostics, await run.learningCurve()),
    { title: 'All metrics', tables: [metricsTable(columnsOf(evaluation))] },
  ];
  return {
    title: experiment.title ?? `${experiment.name}: what survived on ${setting.device.title}`,
    summary: [...summaryOf(setting, evaluation, posterior, chip), ...concernsOf(posterior, diagnostics)],
    results: metricsTable(
      columnsOf(evaluation),
      headlines,
      `Hardware and deterministic: mean over ${evaluation.hardware.chips.length} chips at ${formatDuration(setting.times[0]!)} after programming, with its 95 % interval (Student’s t).${measuredNote(evaluation)}`,
    ),
    sections,
    citations: citationsOf(
      compared.map(c => c.setting),
      posteriors,
      priced.citations,
    ),
    command,
    record: {
      seed: experiment.seed,
      versions: (await run.directory.record())!.versions,
      experiment: stringify(experiment),
    },
  };
}

/** Which chips are real, where some are. */
function measuredNote({ hardware: { measured = [], chips } }: Evaluation): string {
  if (measured.length === 0) return '';
  const names = measured.map(chipName).join(', ');
  return ` Measured conductances: ${names}${measured.length < chips.length ? '; the other chips are simulated' : ''}.`;
}

function columnsOf({ software, hardware, deterministic }: Evaluation) {
  return [
    { name: 'software', values: software.metrics },
    { name: 'hardware', values: hardware.metrics },
    { name: 'deterministic, hardware', values: deterministic.metrics },
  ];
}

/** Citations of exactly the models and methods that were used, each once, with those of the prices. */
function citationsOf(
  settings: readonly Setting[],
  posteriors: readonly Posterior[],
  prices: readonly Citation[],
): Citation[] {
  const trained = posteriors.flatMap(({ method }) => methods[method as keyof typeof methods]?.cite ?? []);
  const used: Citation[] = settings.flatMap(({ experiment, device }) => [
    ...sources[experiment.data.source].cite,
    ...device.cite,
    ...transferMethods[experiment.transfer.method as keyof typeof transferMethods].cite,
    ...entropySources[experiment.sampling.entropy as keyof typeof entropySources].cite,
  ]);
  return [...new Map([...used, ...trained, ...prices].map(citation => [citation.tag, citation])).values()].sort(
    (a, b) => (a.tag < b.tag ? -1 : 1),
  );
}
