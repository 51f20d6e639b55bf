import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Citation } from '../base/index.ts';
import type { StudyReported } from '../report/index.ts';
import { versions, writeWhole } from '../run/index.ts';
import { type AnySampler, searchSamplers, type Variable } from '../search/index.ts';
import { leastRegret } from './designs/answer.ts';
import { constraintNames } from './designs/judge.ts';
import type { Explored } from './explored.ts';
import type { Found, TrialFound } from './found.ts';

/** Writes the report of a study into its folder and says where. */
export async function writeStudyReport(explored: Explored, command: string): Promise<string> {
  // Figures are loaded where they are drawn: the processes of a study draw none.
  const { studyReportHtml } = await import('../report/index.ts');
  const html = studyReportHtml(studyReported(explored, command));
  const file = join(explored.folder, 'report.html');
  await writeWhole(file, html);
  return file;
}

/** Trials of which something is known. */
export const measuredDesigns = ({ trials }: Pick<Found, 'trials'>): readonly TrialFound[] =>
  trials.filter(({ state, pieces }) => state !== 'failed' && pieces > 0);

/** What the report of a study shows; its lines are those of `measuredDesigns`. */
export function studyReported(explored: Explored, command: string): StudyReported {
  const { source, designs, found, answer } = explored;
  const { study } = source;
  const objectives = designs.goals.objectives.map(({ name, unit, better, of }) => ({
    name,
    unit,
    better,
    logarithmic: 'price' in of,
  }));
  const measured = measuredDesigns(found);
  const front = new Set(answer.front.map(({ trial }) => trial));
  const valuesOf = ({ values }: TrialFound) => objectives.map(({ name }) => values[name]!);
  return {
    title: study.title ?? study.name,
    objectives,
    constraints: constraintNames(designs.goals),
    front: answer.front,
    others: measured.filter(({ number }) => !front.has(number)).map(valuesOf),
    trials: found.trials.length,
    failures: answer.failures,
    trainings: answer.trainings,
    seconds: answer.seconds,
    hypervolume: answer.hypervolume,
    progress: found.progress(),
    importances:
      measured.length < fewestTrials
        ? []
        : objectives.map(({ name }) => ({ objective: name, ...found.importances(name) })),
    designs: {
      axes: [
        ...designs.space.variables.map(axisOf),
        ...objectives.map(({ name, unit, logarithmic }, j) => {
          const values = measured.map(trial => valuesOf(trial)[j]!);
          return { name, unit, logarithmic, low: Math.min(...values), high: Math.max(...values) };
        }),
      ],
      lines: measured.map(trial => ({
        values: [...designs.space.variables.map(({ name }) => shown(trial.point[name])), ...valuesOf(trial)],
        front: front.has(trial.number),
      })),
    },
    confirmation: { ...study.confirm, openings: answer.openings },
    answer: answer.answer?.trial ?? null,
    verdict: answer.answer?.verdict ?? null,
    baselineShare: answer.baselineShare,
    baselines: answer.baselines.map(({ trials, front: own, ...baseline }) => ({
      ...baseline,
      trials: trials.complete + trials.pruned + trials.failed,
      best: leastRegret(own) ?? null,
    })),
    citations: citationsOf(study.sampler.name),
    command,
    record: { seed: study.seed, versions: versions(), experiment: stringify(study.experiment) },
  };
}

/** Trials below which a forest says nothing. */
const fewestTrials = 10;

const axisOf = (variable: Variable) =>
  'values' in variable
    ? { name: variable.name, values: variable.values.map(String) }
    : { name: variable.name, low: variable.low, high: variable.high, logarithmic: variable.log === true };

const shown = (value: TrialFound['point'][string] | undefined) => (typeof value === 'boolean' ? String(value) : value);

const halving: Citation = {
  tag: 'Li20',
  text: 'Li et al., A system for massively parallel hyperparameter tuning, MLSys 2020',
};
const allocation: Citation = {
  tag: 'Lee10',
  text: 'Lee, Chew, Teng, Goldsman, Finding the non-dominated Pareto set for multi-objective simulation models, IIE Transactions 42(9) 656-674, 2010',
  id: '10.1080/07408171003705367',
};

const citationsOf = (sampler: string): Citation[] => [
  ...(searchSamplers[sampler as keyof typeof searchSamplers] as AnySampler).cite,
  halving,
  allocation,
];
