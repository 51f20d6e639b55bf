import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Fault } from '../src/base/index.ts';
import type { Requests } from '../src/studio/rooms/index.ts';
import { unpack } from '../src/studio/wire.ts';

export type Name = keyof Requests;
export type Question<N extends Name> = Parameters<Requests[N]['answer']>[0];
export type Answer<N extends Name> = Awaited<ReturnType<Requests[N]['answer']>>;

/** What the studio could not do, with what is wrong. */
export class Refusal extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ rule }) => rule).join('\n'));
    this.faults = faults;
  }
}

/** What went wrong, as faults. */
export const faultsIn = (error: unknown): readonly Fault[] =>
  error instanceof Refusal
    ? error.faults
    : [{ path: [], rule: error instanceof Error ? error.message : String(error) }];

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new Refusal([{ path: [], rule: 'The studio does not answer; is it still running in its terminal?' }]);
  }
  if (response.ok) return response;
  const { faults } = (await response.json().catch(() => ({}))) as { faults?: Fault[] };
  throw new Refusal(faults ?? [{ path: [], rule: `The studio answered ${response.status}.` }]);
}

/** Asks the studio. */
export async function ask<N extends Name>(name: N, question: Question<N>): Promise<Answer<N>> {
  const headers = { 'content-type': 'application/json' };
  const response = await send(`api/ask/${name}`, { method: 'POST', headers, body: JSON.stringify(question) });
  return unpack(await response.arrayBuffer()) as Answer<N>;
}

/** Puts a file into the folder of the studio and says where. */
export async function upload(file: File): Promise<string> {
  const response = await send(`api/upload?name=${encodeURIComponent(file.name)}`, { method: 'PUT', body: file });
  return ((await response.json()) as { file: string }).file;
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
