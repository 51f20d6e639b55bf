import { inTurns } from '../base/index.ts';
import { drawInPieces } from '../bayes/index.ts';
import { checkBf16 } from '../crossbar/index.ts';
import { actualDevice, type Design } from '../experiment/index.ts';
import { type Events, eachSoftwareSample, noEvents, type Outputs, predictSoftwareInTurns } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import { type Assessment, assess, bytesOfAssessment, type Question } from './assessment.ts';
import { samplesOf } from './design-facts.ts';
import { type NetworkGiven, networkGiven, networkOf } from './network-of.ts';
import { openReading, type ReadingGiven, readingGiven } from './reading.ts';
import type { Stage } from './stage.ts';
import { stoppingOfChip } from './stages/stopping.ts';

/** One chip at one time. */
export interface Measurement extends Assessment {
  /** What happened on the chip for the rows asked about. */
  readonly events: Events;
  /** Whether the chip's conductances were read from a real array. */
  readonly measured: boolean;
}

interface MeasurementGiven extends NetworkGiven, ReadingGiven {
  readonly question: Question;
  readonly time: number;
  readonly bf16Limit: number;
}

/** What is asked of every chip at every time. */
export const measurementOf = (
  question: Question,
): Stage<MeasurementGiven, 'data' | 'posterior' | 'converters' | 'chip' | 'stopping', Measurement> => ({
  name: 'measurement',
  per: ['chip', 'time'],
  needs: ['data', 'posterior', 'converters', 'chip', 'stopping'],
  project: (design, { chip, time }) => ({
    ...networkGiven(design),
    ...readingGiven(design),
    ...(design.hardware.shared && { number: chip }),
    device: actualDevice(design),
    question,
    time: time!,
    bf16Limit: design.hardware.precisionLimit,
  }),
  async run(given, { data, posterior, converters, chip, stopping }, key, job) {
    if (converters.bf16Error !== undefined) checkBf16(converters.bf16Error, given.bf16Limit);
    const built = networkOf(given, data);
    const reading = await openReading(
      key,
      given,
      built.network,
      posterior,
      chip,
      converters,
      given.time,
      data.validation,
      job,
    );
    const tested = given.question.rows?.split ?? 'test';
    const rule = stopping && chip.cells.reads ? await stoppingOfChip(reading, data, stopping, job) : stopping;
    let happened = noEvents;
    const note = (name: string, events: Events) => {
      if (name === tested) happened = events;
    };
    const found = await assess(
      {
        built,
        data,
        noise: posterior.noiseStd,
        ...(rule && { stopping: rule }),
        async outputs(rows, job, first) {
          const { outputs, events } = await reading.outputs(rows, { ...job, progress: () => {} }, first);
          note(rows.name, events);
          return outputs;
        },
        async blocks(rows, job, each, first) {
          const add = (block: Outputs, row: number) => each(block, { row, sample: 0 });
          const events = await reading.blocks(rows, { ...job, progress: () => {} }, add, first);
          note(rows.name, events);
        },
      },
      given.question,
      job,
    );
    return { ...found, events: happened, measured: chip.cells.reads !== undefined };
  },
  bytes: bytesOfAssessment,
});

interface SoftwareGiven extends NetworkGiven {
  readonly question: Question;
  readonly samples: number;
}

/** What is asked of the posterior in exact arithmetic; as many samples as on a chip unless given. */
export const softwareOf = (
  question: Question,
  samples?: number,
): Stage<SoftwareGiven, 'data' | 'posterior', Assessment> => ({
  name: 'software',
  per: [],
  needs: ['data', 'posterior'],
  project: (design: Design) => ({ ...networkGiven(design), question, samples: samples ?? samplesOf(design) }),
  async run(given, { data, posterior }, key, job) {
    const built = networkOf(given, data);
    const weights = await inTurns(drawInPieces(fold(key, 'weights'), posterior, given.samples), job);
    return assess(
      {
        built,
        data,
        noise: posterior.noiseStd,
        outputs: ({ inputs, count }, job, first = given.samples) => {
          const some = weights.subarray(0, first * built.network.size);
          return predictSoftwareInTurns(built.network, some, inputs, count, { ...job, progress: () => {} });
        },
        blocks: ({ inputs, count }, job, each, first = given.samples) => {
          const some = weights.subarray(0, first * built.network.size);
          return eachSoftwareSample(
            built.network,
            some,
            inputs,
            count,
            { ...job, progress: () => {} },
            (block, sample) => each(block, { row: 0, sample }),
          );
        },
      },
      given.question,
      job,
    );
  },
  bytes: bytesOfAssessment,
});
