import { stringify } from 'yaml';
import type { Citation } from '../../base/index.ts';
import { methods, type Posterior } from '../../bayes/index.ts';
import { sources } from '../../data/index.ts';
import { sourceOf } from '../../inference/index.ts';
import {
  concernsOf,
  diagnose,
  type Evaluated,
  type Evaluation,
  pricesOfSubject,
  type Subject,
  uncertaintyOfSubject,
} from '../../pipeline/index.ts';
import { transferMethodOf } from '../../transfer/index.ts';
import { evidenceWords } from '../evidence.ts';
import { evidenceTable } from '../metrics-table.ts';
import type { Report, Section } from '../report.ts';
import { calibratedSection } from './calibrated.ts';
import { calibrationSection } from './calibration.ts';
import { chipSection } from './chip.ts';
import { classesSection } from './classes.ts';
import { corruptedSection } from './corrupted.ts';
import { pricedSection } from './cost.ts';
import { mapsSection } from './maps.ts';
import { promisesSection } from './promises.ts';
import { realSection } from './real.ts';
import { evidenceNote, resultsTable } from './results.ts';
import { summaryOf } from './summary.ts';
import { timeSection } from './time.ts';
import { trainingSection } from './training.ts';
import { uncertaintySection } from './uncertainty-parts.ts';
import { type Compared, variantsSection } from './variants.ts';
import { weightsSection } from './weights.ts';

/** What a report is made of: an experiment with its evaluation, and its variants. */
export interface Reported {
  readonly subject: Subject;
  readonly evaluated: Evaluated;
  readonly variants: ReadonlyArray<Omit<Compared, 'prices'>>;
}

/** The report of a run and its variants. */
export async function reportOf(
  { subject, evaluated, variants }: Reported,
  command: string,
  versions: Readonly<Record<string, string>>,
): Promise<Report> {
  const { experiment, own } = subject;
  const { evaluation } = evaluated;
  const { posterior, curve } = await own.get('training');
  const diagnostics = diagnose(subject, posterior);
  const chip = await own.get('chip', { chip: subject.chips[0]! });
  const compared: Compared[] = [];
  for (const one of [{ name: 'this experiment', subject, evaluated }, ...variants]) {
    compared.push({ ...one, prices: await pricesOfSubject(one.subject) });
  }
  const posteriors = [posterior];
  for (const variant of variants) posteriors.push((await variant.subject.own.get('training')).posterior);
  const priced = await pricedSection(subject);
  const note = evidenceNote(evaluation);
  const parts = experiment.evaluate.uncertainty.report ? await uncertaintyOfSubject(subject) : undefined;
  const sections = [
    ...mapsSection(subject, evaluated),
    ...(compared.length > 1 ? [variantsSection(compared)] : []),
    chipSection(subject, evaluation, chip),
    ...(evaluation.hardware.standing ? [realSection(evaluation.hardware.standing, evaluation.task)] : []),
    weightsSection(subject, await own.get('posterior'), evaluation, chip),
    ...(parts ? [uncertaintySection(subject, parts)] : []),
    ...classesSection(evaluation),
    calibrationSection(evaluation),
    ...(evaluation.calibration ? [calibratedSection(evaluation, evaluation.calibration)] : []),
    ...(evaluation.corruptions ? [corruptedSection(evaluation, evaluation.corruptions)] : []),
    ...(subject.times.length > 1 ? [timeSection(evaluation)] : []),
    ...(await promisesSection(subject, evaluation)),
    priced.section,
    trainingSection(subject, posterior, diagnostics, curve),
    allMetricsSection(evaluation, note),
  ];
  return {
    title: experiment.title ?? `${experiment.name}: what survived on ${subject.device.title}`,
    summary: [...summaryOf(subject, evaluation, posterior, chip), ...concernsOf(posterior, diagnostics, subject.data)],
    results: resultsTable(evaluation),
    sections,
    citations: citationsOf(
      compared.map(c => c.subject),
      posteriors,
      priced.citations,
    ),
    command,
    record: { seed: experiment.seed, versions, experiment: stringify(experiment) },
  };
}

/** Every metric of each side, and what it is worth over chips and over rows. */
const allMetricsSection = ({ software, hardware, deterministic, evidence }: Evaluation, note: string): Section => ({
  title: 'All metrics',
  text: [
    `${note} A dash: nothing varies, or too little to say by how much; the largest calibration error hangs on one bin, and false alarms on the few least suspicious of what is to be found.`,
  ],
  tables: (
    [
      ['Hardware', hardware],
      ['Deterministic, hardware', deterministic],
      ['Software', software],
    ] as const
  ).map(([title, { metrics }]) => evidenceTable(title, metrics, evidenceWords(evidence).software)),
});

/** Citations of exactly the models and methods that were used, each once, with those of the prices. */
function citationsOf(
  subjects: readonly Subject[],
  posteriors: readonly Posterior[],
  prices: readonly Citation[],
): Citation[] {
  const trained = posteriors.flatMap(({ method }) => methods[method as keyof typeof methods]?.cite ?? []);
  const used: Citation[] = subjects.flatMap(({ experiment, device }) => [
    ...sources[experiment.data.source].cite,
    ...device.cite,
    ...transferMethodOf(experiment.transfer).cite,
    ...sourceOf(experiment.sampling).cite,
  ]);
  return [...new Map([...used, ...trained, ...prices].map(citation => [citation.tag, citation])).values()].sort(
    (a, b) => (a.tag < b.tag ? -1 : 1),
  );
}
