import { drawWeights } from '../bayes/index.ts';
import { checkBf16 } from '../crossbar/index.ts';
import type { Design } from '../experiment/index.ts';
import { type Events, noEvents, predictSoftwareInTurns } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import { type Assessment, assess, bytesOfAssessment, type Question } from './assessment.ts';
import { samplesOf } from './design-facts.ts';
import { type NetworkGiven, networkGiven, networkOf } from './network-of.ts';
import { checkSource, openReading, type ReadingGiven, readingGiven } from './reading.ts';
import type { Stage } from './stage.ts';

/** One chip at one time. */
export interface Measurement extends Assessment {
  /** What happened on the chip for the rows asked about. */
  readonly events: Events;
}

interface MeasurementGiven extends NetworkGiven, ReadingGiven {
  readonly question: Question;
  readonly time: number;
  readonly bf16Limit: number;
}

/** What is asked of every chip at every time. */
export const measurementOf = (
  question: Question,
): Stage<MeasurementGiven, 'data' | 'posterior' | 'converters' | 'chip', Measurement> => ({
  name: 'measurement',
  per: ['chip', 'time'],
  needs: ['data', 'posterior', 'converters', 'chip'],
  project: (design, { time }) => ({
    ...networkGiven(design),
    ...readingGiven(design),
    question,
    time: time!,
    bf16Limit: design.hardware.precisionLimit,
  }),
  async run(given, { data, posterior, converters, chip }, key, job) {
    checkSource(given, posterior);
    if (converters.bf16Error !== undefined) checkBf16(converters.bf16Error, given.bf16Limit);
    const built = networkOf(given, data);
    const reading = openReading(key, given, built.network, chip, converters, given.time);
    const tested = given.question.rows?.split ?? 'test';
    let happened = noEvents;
    const found = await assess(
      {
        built,
        data,
        noise: posterior.noiseStd,
        async outputs(rows, job) {
          const { outputs, events } = await reading.outputs(rows, { ...job, progress: () => {} });
          if (rows.name === tested) happened = events;
          return outputs;
        },
      },
      given.question,
      job,
    );
    return { ...found, events: happened };
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
  run(given, { data, posterior }, key, job) {
    const built = networkOf(given, data);
    const weights = drawWeights(fold(key, 'weights'), posterior, given.samples);
    return assess(
      {
        built,
        data,
        noise: posterior.noiseStd,
        async outputs({ inputs, count }, job) {
          return predictSoftwareInTurns(built.network, weights, inputs, count, { ...job, progress: () => {} });
        },
      },
      given.question,
      job,
    );
  },
  bytes: bytesOfAssessment,
});
