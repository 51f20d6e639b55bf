import { type Address, addressOf, type Job, partOf } from '../base/index.ts';
import { chipByChip } from './compare.ts';
import type { Evaluated, Evaluation } from './evaluation-record.ts';
import { evidenceArrays } from './evidence-arrays.ts';
import { mapsOf } from './maps.ts';
import { type EvaluateOptions, measureAll, questionOf, softwareSamples } from './measure-chips.ts';
import { type Measurement, measurementOf, softwareOf } from './measurement.ts';
import type { Pipeline } from './pipeline.ts';
import {
  ageingOf,
  correctedOf,
  corruptedOf,
  countsOf,
  crossOf,
  judgedIn,
  sideOf,
  softwareSideOf,
  survived,
} from './sides.ts';
import type { Subject } from './subject.ts';
import { weightDistance } from './weight-distance.ts';

/** What is compared: an experiment's pipeline and its deterministic twin's, and those of the experiment it is a variant of. */
export interface Compared {
  readonly subject: Subject;
  readonly base?: Subject;
}

/** Names an evaluation by all that it is made of. */
export async function nameOfEvaluation({ subject, base }: Compared): Promise<{ address: Address; recipe: Address }> {
  const found: { address: string; recipe: string }[] = [];
  const add = async (of: Subject, sides: readonly Pipeline[]) => {
    const question = questionOf(of);
    found.push(await of.own.names(softwareOf(question, softwareSamples(of)), {}));
    for (const pipeline of sides) {
      for (const chip of of.chips) {
        for (const time of of.times) {
          found.push(await pipeline.names(measurementOf(question), { chip, time }));
        }
      }
    }
  };
  await add(subject, [subject.own, subject.twin]);
  if (base) await add(base, [base.twin]);
  const rest = { stage: 'evaluation', times: subject.times, headline: subject.headlineTime };
  return {
    address: addressOf({
      ...rest,
      of: found.map(({ address }) => address),
      build: subject.own.prepared.build('evaluation'),
    }),
    recipe: addressOf({ ...rest, of: found.map(({ recipe }) => recipe) }),
  };
}

/** Evaluates an experiment: every chip at every time, the deterministic twin, software, and what of it survived. */
export async function evaluate(
  { subject, base }: Compared,
  job: Job,
  { archive, elsewhere }: EvaluateOptions = {},
): Promise<Evaluated> {
  const { data, times, headlineTime, own, twin, experiment, chips: numbers } = subject;
  const question = questionOf(subject, archive !== undefined);
  const samples = softwareSamples(subject);
  const software = await own.run(softwareOf(question, samples));
  if (software.outputs) await archive?.('software', { chip: 0, time: headlineTime }, software.outputs);
  const how = { archive, elsewhere };
  // Both look at the first chip: made before, it has one maker, whose error is the one that people see.
  await own.get('chip', { chip: numbers[0]! });
  const [chips, distance] = await Promise.all([
    measureAll(subject, 'hardware', partOf(job, 0, 0.7), how),
    weightDistance(subject, job),
  ]);
  const twins = await measureAll(subject, 'deterministic', partOf(job, 0.7, 1), how);
  const sameData = base?.own.prepared.dataAddress === own.prepared.dataAddress;
  const reference =
    base && sameData
      ? {
          software: await base.own.run(softwareOf(questionOf(base), softwareSamples(base))),
          twins: sharesChips(subject, base)
            ? await measureAll(base, 'deterministic', { ...job, progress: () => {} })
            : undefined,
        }
      : undefined;
  const headline = times.indexOf(headlineTime);
  const at = (of: readonly Measurement[][]) => of.map(chip => chip[headline]!);
  const sides = { hardware: at(chips), deterministic: at(twins) };
  const cross = crossOf(subject);
  const judged = (of: readonly Measurement[]) => of.map(judgedIn);
  const against = (others: readonly Measurement[]) => chipByChip(data.task, judged(sides.hardware), judged(others));
  const { calibration: kind } = experiment.evaluate;
  const evaluation: Evaluation = {
    task: data.task,
    outputs: data.outputNames,
    data: own.prepared.dataAddress,
    evidence: countsOf(numbers.length, data),
    times,
    headlineTime,
    ...extrapolatedOf(subject),
    software: softwareSideOf(cross, software),
    hardware: await sideOf(subject, cross, own, chips),
    deterministic: await sideOf(subject, cross, twin, twins),
    preserved: survived(subject, cross, software, sides.hardware),
    ...(times.length > 1 && { ageing: ageingOf(subject, cross, software, chips) }),
    ...(reference && { preservedOfBase: survived(subject, cross, reference.software, sides.hardware) }),
    ...(kind !== 'none' && {
      calibration: correctedOf(subject, cross, kind, software, { hardware: chips, deterministic: twins }),
    }),
    ...(software.corrupted && { corruptions: corruptedOf(subject, cross, software, sides) }),
    weightDistance: distance,
    againstDeterministic: against(sides.deterministic),
    ...(reference?.twins && { againstBaseDeterministic: against(at(reference.twins)) }),
  };
  return {
    evaluation,
    maps: mapsOf(subject, { software, hardware: sides.hardware[0]!, deterministic: sides.deterministic[0]! }),
    evidence: evidenceArrays(data.task, {
      hardware: judged(sides.hardware),
      deterministic: judged(sides.deterministic),
    }),
  };
}

/** Which of the times lie beyond the last read of the device. */
function extrapolatedOf({ device, times }: Subject): Pick<Evaluation, 'extrapolated'> {
  const { from } = device.extrapolation ?? {};
  const late = from === undefined ? [] : times.filter(time => time > from);
  return from !== undefined && late.length > 0 ? { extrapolated: { from, times: late } } : {};
}

/** Whether another experiment's chips are made and looked at alike, whatever is put on them. */
function sharesChips(one: Subject, other: Subject): boolean {
  const chipsOf = ({ experiment, times }: Subject) => ({
    hardware: experiment.hardware,
    chips: experiment.evaluate.chips,
    times,
  });
  return addressOf(chipsOf(one)) === addressOf(chipsOf(other));
}
