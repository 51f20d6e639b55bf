import { type Job, jobOf } from '../base/index.ts';

/** What a note on progress says beside the fraction: which part of the work, how it goes, and where the results are. */
export interface PartNote {
  readonly name: string;
  readonly note: string;
  readonly place?: string;
}

/** A job whose parts tell their names in the notes of `job`, which `readPart` reads on the other side. */
export function jobOfParts(job: Job, place: () => string | undefined): (name: string) => Job {
  const named = (name: string): Job =>
    jobOf({
      ...job,
      named,
      progress: (fraction, note = '', points) =>
        job.progress(fraction, JSON.stringify({ name, note, place: place() } satisfies PartNote), points),
    });
  return named;
}

/** The note that a job of `jobOfParts` gave. */
export const readPart = (text: string): PartNote =>
  text === '' ? { name: '', note: '' } : (JSON.parse(text) as PartNote);
