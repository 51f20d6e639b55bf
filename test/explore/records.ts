import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord } from '../../src/explore/record.ts';

/** What was asked for and what came of it, by request: all of a study in a folder that does not depend on time. */
export async function answersIn(folder: string): Promise<object[]> {
  const answers: object[] = [];
  for (const event of await readRecord(join(folder, 'study.jsonl'))) {
    if (event.event === 'asked') {
      const { request, at, ...asked } = event;
      if (request in answers) throw new Error(`request ${request} was asked for twice`);
      answers[request] = asked;
    }
    if (event.event === 'found' || event.event === 'failed') {
      const { request, at, seconds, ...result } = event;
      if ('event' in answers[request]! && answers[request].event !== 'asked') {
        throw new Error(`request ${request} counted twice`);
      }
      answers[request] = { ...answers[request], ...result };
    }
  }
  return answers;
}

/** Processes that wrote into a log, each once, the last to begin at the end. */
export function processesIn(log: string): number[] {
  try {
    return [...new Set(readFileSync(log, 'utf8').trim().split('\n').reverse())].map(Number).reverse();
  } catch {
    return [];
  }
}
