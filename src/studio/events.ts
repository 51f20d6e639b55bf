import type { AppGiven } from './app.ts';
import { type News, tellerOf } from './news.ts';
import { stampOfRuns } from './runs.ts';
import { stampOfStudies } from './studies.ts';

/** Milliseconds between two pieces of news at least, and between two looks at the disk. */
const pause = 150;
const look = 2000;

/** News as server-sent events, the whole state first; ends when the page goes away. */
export function eventStream({ activities, workspace }: AppGiven, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      let waiting: NodeJS.Timeout | undefined;
      const send = (news: News) => controller.enqueue(encoder.encode(`data: ${JSON.stringify(news)}\n\n`));
      const news = tellerOf(activities);
      const tell = () => {
        waiting = undefined;
        send(news());
      };
      const leave = activities.listen(() => {
        waiting ??= setTimeout(tell, pause);
      });
      let stamp = '';
      const watch = async () => {
        const found = `${await stampOfRuns(workspace)}\n${await stampOfStudies(workspace)}`;
        if (signal.aborted) return;
        if (found !== stamp) send({ runs: found });
        stamp = found;
        timer = setTimeout(watch, look);
      };
      let timer: NodeJS.Timeout | undefined;
      signal.addEventListener('abort', () => {
        leave();
        clearTimeout(waiting);
        clearTimeout(timer);
        controller.close();
      });
      tell();
      void watch();
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } });
}
