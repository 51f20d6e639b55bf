import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import {
  type Explored,
  exportDesign,
  lookAtStudy,
  measuredDesigns,
  openPlaced,
  studyReported,
  type TrialFound,
} from '../../explore/index.ts';
import { designsCaption, frontTable, type StudyReported, studySections, studySummary } from '../../report/index.ts';
import { type Askable, type Condition, conditionsIn, missOf } from '../asked.ts';
import type { FolderWorkspace } from '../folder-workspace.ts';
import { freeFile } from '../free-file.ts';
import { away, type Here, here } from '../request.ts';
import { shownSection } from '../section-view.ts';
import { listStudies } from '../studies.ts';
import { studyFiles } from '../study-files.ts';
import { type ExploreWork, exploreKind } from '../tasks.ts';

type Given = { readonly workspace: FolderWorkspace };

const ofStudy = z.strictObject({ study: z.string() });

async function looked(workspace: FolderWorkspace, study: string): Promise<Explored> {
  return lookAtStudy(await openPlaced(await workspace.place(study), study));
}

/** What a design has under a name: a variable of its point, or an objective. */
const entryOf = ({ point, values }: TrialFound, name: string) =>
  Object.hasOwn(values, name) ? values[name] : point[name];

/** What of a design may be asked for. */
const askablesOf = ({ designs }: Explored): readonly (Askable & { readonly values?: readonly string[] })[] => [
  ...designs.goals.objectives.map(({ name, unit, better }) => ({ name, unit, better })),
  ...designs.space.variables.map(variable => ({
    name: variable.name,
    ...('values' in variable && { values: variable.values.map(String) }),
  })),
];

/**
 * By how much a design misses conditions together, each in ranges of what was measured; 0 where it keeps all, and infinite where it has not
 * what is asked for.
 */
function missesOf(conditions: readonly Condition[], trials: readonly TrialFound[]): (trial: TrialFound) => number {
  const scales = conditions.map(({ name }) => {
    const values = trials.map(trial => entryOf(trial, name)).filter(value => typeof value === 'number');
    return Math.max(...values) - Math.min(...values) || 1;
  });
  return trial => conditions.reduce((sum, one, i) => sum + missOf(one, entryOf(trial, one.name)) / scales[i]!, 0);
}

/** How far a design is from the best of every objective at once, in ranges of what was measured, prices in logarithms. */
function distancesOf({ designs }: Explored, trials: readonly TrialFound[]): (trial: TrialFound) => number {
  const scales = designs.goals.objectives.map(({ name, better, of }) => {
    const scaled = (value: number) => (better === 'lower' ? 1 : -1) * ('price' in of ? Math.log(value) : value);
    const values = trials.map(trial => scaled(trial.values[name]!));
    const best = Math.min(...values);
    return { name, scaled, best, range: Math.max(...values) - best || 1 };
  });
  return ({ values }) =>
    scales.reduce((sum, { name, scaled, best, range }) => sum + (scaled(values[name]!) - best) / range, 0);
}

/** The design that keeps what is asked and is best of those, or else comes nearest to it. */
function nearestOf(explored: Explored, conditions: readonly Condition[], kept: readonly TrialFound[]) {
  const trials = measuredDesigns(explored.found);
  if (conditions.length === 0 || trials.length === 0) return null;
  const [among, by] = kept.length > 0 ? [kept, distancesOf(explored, trials)] : [trials, missesOf(conditions, trials)];
  const best = among.reduce((a, b) => (by(b) < by(a) ? b : a));
  return {
    trial: best.number,
    misses: conditions
      .map(one => ({ ...one, value: entryOf(best, one.name) ?? null, by: missOf(one, entryOf(best, one.name)) }))
      .filter(({ by }) => by > 0)
      .map(one => ({ ...one, by: Number.isFinite(one.by) ? one.by : null })),
  };
}

/** What is shown of the designs that keep what is asked: the figures of the report, of these designs alone. */
function ofThose(reported: StudyReported, keeps: readonly boolean[], trials: readonly TrialFound[]): StudyReported {
  const numbers = new Set(trials.filter((_, i) => keeps[i]).map(({ number }) => number));
  const fronts = new Set(reported.front.map(({ trial }) => trial));
  const others = trials.filter(({ number }) => !fronts.has(number));
  return {
    ...reported,
    front: reported.front.filter(({ trial }) => numbers.has(trial)),
    others: reported.others.filter((_, i) => numbers.has(others[i]!.number)),
    designs: { ...reported.designs, lines: reported.designs.lines.filter((_, i) => keeps[i]) },
  };
}

/** The conditions that a text asks for; none where it cannot be read, and what is wrong with it. */
function askedIn(text: string, askables: readonly Askable[]) {
  try {
    return { conditions: conditionsIn(text, askables), faults: [] };
  } catch (error) {
    if (error instanceof InputError) return { conditions: [], faults: error.faults };
    throw error;
  }
}

export const exploreRequests = {
  /** Studies that may be begun: files of the workspace, and of the package. */
  'explore.files': here(z.strictObject({}), async (_question, { workspace }: Given) => studyFiles(workspace)),
  /** Begins a study of a file, or takes one up that was stopped. */
  'explore.start': here(
    z.strictObject({
      file: z.string().optional(),
      study: z.string().optional(),
      continued: z.boolean().optional(),
    }),
    async (work, { workspace, activities }: Given & Pick<Here, 'activities'>) => {
      const about = work.study ?? work.file;
      if (about === undefined) throw new InputError({ path: ['file'], rule: 'is missing' });
      if ((await workspace.changedAt(about)) === undefined) {
        throw new InputError({ path: [], rule: 'is not there', value: about });
      }
      const payload = { folder: workspace.folder, ...work } satisfies ExploreWork;
      return activities.start({ kind: exploreKind, title: about, about, payload });
    },
  ),
  /** Takes a study of the package into the workspace. */
  'explore.begin': here(z.strictObject({ template: z.string() }), async ({ template }, { workspace }: Given) => {
    const known = (await studyFiles(workspace)).some(one => one.template === template);
    if (!known) throw new InputError({ path: ['template'], rule: 'is no template of a study', value: template });
    const file = await freeFile(workspace, template);
    await workspace.write(file, (await workspace.examples())[template]!);
    return { file };
  }),
  'explore.list': here(z.strictObject({}), async (_question, { workspace }: Given) => listStudies(workspace)),
  /** What a study has found so far, and of its designs those that are asked for. */
  'explore.look': away(
    ofStudy.extend({
      ask: z.string().max(2000).optional(),
      /** That of the list: the page asks again when it changes. */
      stamp: z.string().optional(),
    }),
    async ({ study, ask = '' }, { workspace }: Given) => {
      const explored = await looked(workspace, study);
      const { found, answer } = explored;
      const trials = measuredDesigns(found);
      const askables = askablesOf(explored);
      const { conditions, faults } = askedIn(ask, askables);
      const misses = missesOf(conditions, trials);
      const keeps = trials.map(trial => misses(trial) === 0);
      const reported = studyReported(explored, `posterohm study show ${study}`);
      const fronts = new Set(found.front.map(({ number }) => number));
      const kept = trials.filter((_, i) => keeps[i]);
      return {
        title: reported.title,
        summary: studySummary(reported),
        front: shownSection({ title: '', tables: [frontTable(reported)] }).tables[0]!,
        sections: (trials.length > 0 ? studySections(ofThose(reported, keeps, trials)) : [])
          .map(shownSection)
          .filter(({ text, tables, figures }) => text.length + tables.length + figures.length > 0),
        /** The figure whose axes are brushed. */
        brushed: { caption: designsCaption, axes: reported.designs.axes },
        askables,
        conditions,
        faults,
        measured: trials.length,
        designs: kept.map(({ number, point, values, constraints }) => ({
          trial: number,
          front: fronts.has(number),
          kept: Object.values(constraints).every(excess => excess <= 0),
          point,
          values,
        })),
        nearest: nearestOf(explored, conditions, kept),
        answer: answer.answer?.trial ?? null,
        finished: explored.finished,
      };
    },
  ),
  /** Writes a design as an experiment of the workspace and says where. */
  'explore.export': away(ofStudy.extend({ trial: z.int().min(0) }), async ({ study, trial }, { workspace }: Given) => {
    const explored = await looked(workspace, study);
    const file = await freeFile(workspace, `${explored.source.study.name}-${trial}`);
    await exportDesign(explored, trial, await workspace.place(file));
    return { file };
  }),
};
