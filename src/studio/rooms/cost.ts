import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import type { CostDocument } from '../../cost/index.ts';
import { designOf, type Fields, overlayAt, resolveExperiment } from '../../experiment/index.ts';
import { copiesOf, costCrossings, costOfDesign, costSensitivity, pricedOf, samplesOf } from '../../pipeline/index.ts';
import { costSection, headlineText } from '../../report/index.ts';
import { away } from '../request.ts';
import { shownSection } from '../section-view.ts';
import type { OpenedRun } from '../workspace.ts';

/** Numbers that may be changed, and where they stand in an experiment. */
const places = {
  samples: ['sampling', 'samples'],
  inputBits: ['hardware', 'inputBits'],
  outputBits: ['hardware', 'outputBits'],
  rows: ['hardware', 'array', 'rows'],
  columns: ['hardware', 'array', 'columns'],
  node: ['architecture', 'node'],
  rate: ['architecture', 'rate'],
} as const;

type Changed = keyof typeof places;

const number = z.number().positive().max(1e12).optional();

const question = z.strictObject({
  directory: z.string(),
  variant: z.string().optional(),
  changes: z.strictObject(
    Object.fromEntries(Object.keys(places).map(name => [name, number])) as Record<Changed, typeof number>,
  ),
});

type Priced = Awaited<ReturnType<typeof pricedOf>>;

/** The design of a run as it is priced; the trained chip says how much its cells conduct. */
async function pricedRun({ subject, made }: OpenedRun): Promise<Priced> {
  const { design, data, experiment } = subject;
  if ((await made()).includes('training')) return pricedOf(subject);
  return { design, data, name: experiment.name };
}

/** The same with other numbers; cells conduct as they do in the design itself. */
function changed(
  { subject }: OpenedRun,
  priced: Priced,
  changes: z.output<typeof question>['changes'],
  kind: string,
): Priced {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined) as [Changed, number][];
  if (given.length === 0) return priced;
  let fields: Fields = { ...subject.experiment, variants: {} };
  const ofArchitecture = given.some(([name]) => places[name][0] === 'architecture');
  if (ofArchitecture && !fields.architecture) fields = { ...fields, architecture: { kind } };
  for (const [name, value] of given) fields = overlayAt(fields, places[name], value)!;
  const design = designOf(resolveExperiment(fields, subject.experiment.name), subject.own.prepared.deviceFiles);
  const { chip } = priced;
  return { ...priced, design, ...(chip && { chip: { ...chip, plan: { ...chip.plan, copies: copiesOf(design) } } }) };
}

/** What a decision takes, and how it compares. */
const figuresOf = (cost: CostDocument) => ({
  architecture: cost.architecture,
  samples: cost.workload.samples,
  energy: cost.bands.energyPerDecision,
  latency: cost.bands.latency,
  area: cost.bands.area,
  node: cost.node,
  /** Decisions a second: as many as asked for, else as are possible. */
  rate: cost.rate,
  baselines: cost.baselines.map(({ name, ratio }) => ({ name, ...ratio })),
  verdict: headlineText(cost),
});

export const costRequests = {
  /** The design as it is, with what moves its price. */
  'cost.look': away(question.omit({ changes: true }), async ({ directory, variant }, { workspace }) => {
    const run = await workspace.open(directory, variant);
    const { experiment, design } = run.subject;
    const priced = await pricedRun(run);
    const cost = costOfDesign(priced);
    const { hardware } = design;
    return {
      title: experiment.title ?? experiment.name,
      variants: run.variants,
      figures: figuresOf(cost),
      now: {
        samples: samplesOf(design),
        inputBits: hardware.inputBits ?? 8,
        outputBits: hardware.outputBits ?? 8,
        rows: hardware.array.rows,
        columns: hardware.array.columns,
        node: cost.node,
        /** Absent where as many as are possible are made. */
        rate: design.architecture?.rate,
      },
      trained: priced.chip !== undefined,
      section: shownSection(
        costSection(cost, { sensitivity: costSensitivity(priced), breakEven: costCrossings(priced) }),
      ),
    };
  }),
  /** The same with other numbers. */
  'cost.change': away(question, async ({ directory, variant, changes }, { workspace }) => {
    const run = await workspace.open(directory, variant);
    const priced = await pricedRun(run);
    const { architecture } = costOfDesign(priced);
    try {
      const cost = costOfDesign(changed(run, priced, changes, architecture));
      return { figures: figuresOf(cost), section: shownSection(costSection(cost)) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return { faults: error.faults };
    }
  }),
};
