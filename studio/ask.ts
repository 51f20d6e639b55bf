import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Fault, InputError } from '../src/base/index.ts';
import type { Requests } from '../src/studio/rooms/index.ts';
import { insistTaken } from '../src/studio/upload-name.ts';
import { answers, Refusal } from './answers.ts';

export type Name = keyof Requests;
export type Question<N extends Name> = Parameters<Requests[N]['answer']>[0];
export type Answer<N extends Name> = Awaited<ReturnType<Requests[N]['answer']>>;

/** What went wrong, as faults. */
export const faultsIn = (error: unknown): readonly Fault[] =>
  error instanceof Refusal || error instanceof InputError
    ? error.faults
    : [{ path: [], rule: error instanceof Error ? error.message : String(error) }];

/** Asks whoever answers. */
export const ask = async <N extends Name>(name: N, question: Question<N>): Promise<Answer<N>> =>
  (await answers().ask(name, question)) as Answer<N>;

/** Puts a file among the others and says where. */
export async function upload(file: File): Promise<string> {
  // Before anything is sent: what a server refuses on the way looks like a connection that broke.
  insistTaken(file.name, file.size);
  return answers().upload(file);
}

/** The answer to a question, asked again when it changes; the last answer stays until the next is there. */
export const useAnswer = <N extends Name>(name: N, question: Question<N>, enabled = true) =>
  useQuery<Answer<N>>({
    queryKey: [name, question],
    queryFn: () => ask(name, question),
    placeholderData: keepPreviousData,
    enabled,
  });

/**
 * The answer to a question that changes faster than it is answered, as a slider's does: one is under way at a time, and the next is
 * the last that was asked.
 */
export function useLatest<N extends Name>(name: N, question: Question<N>, enabled = true) {
  const [sent, setSent] = useState(question);
  const answer = useAnswer(name, sent, enabled);
  const other = JSON.stringify(sent) !== JSON.stringify(question);
  useEffect(() => {
    if (other && !answer.isFetching) setSent(question);
  });
  return { ...answer, behind: other || answer.isFetching };
}
