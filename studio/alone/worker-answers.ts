import type { News } from '../../src/studio/news.ts';
import { unpack } from '../../src/studio/wire.ts';
import { type Answers, Refusal } from '../answers.ts';
import type { Sent, Told } from './answering.ts';

type Asked = Sent extends infer S ? (S extends unknown ? Omit<S, 'id'> : never) : never;

/** A worker of the page answers: nothing leaves it, and nothing stays when it is closed. */
export function workerAnswers(): Answers {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Refusal): void }>();
  let hear: (news: News) => void = () => {};
  let sent = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
    if ('news' in data) return hear(data.news);
    const asked = waiting.get(data.id)!;
    waiting.delete(data.id);
    if ('answer' in data) asked.resolve(unpack(data.answer.buffer));
    else asked.reject(new Refusal(data.faults));
  });
  worker.addEventListener('error', ({ message }) => {
    const rule = `The page cannot compute: ${message || 'its worker did not start'}`;
    for (const { reject } of waiting.values()) reject(new Refusal([{ path: [], rule }]));
    waiting.clear();
  });
  const send = (asked: Asked) =>
    new Promise<unknown>((resolve, reject) => {
      const id = sent++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ ...asked, id });
    });
  return {
    alone: true,
    ask: (name, question) => send({ name, question }),
    upload: async file =>
      ((await send({ upload: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })) as { file: string }).file,
    follow(news) {
      hear = news;
      return () => {
        hear = () => {};
      };
    },
  };
}
