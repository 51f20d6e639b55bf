import { answering, type Sent } from './answering.ts';
import { MemoryWorkspace } from './memory-workspace.ts';

const texts: Readonly<Record<string, string>> = import.meta.glob('../../examples/moons*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const examples = Object.fromEntries(
  Object.entries(texts).map(([path, text]) => [path.replace(/.*\/|\.yaml$/g, ''), text]),
);

/** The experiment that is there from the start. */
const first = 'moons-quick';

const workspace = new MemoryWorkspace(examples);
const answer = answering(workspace, told => {
  postMessage(told, { transfer: 'answer' in told ? [told.answer.buffer] : [] });
});

const ready = workspace.write(`${first}.yaml`, examples[first]!).then(() => workspace.begin(`${first}.yaml`));

addEventListener('message', (event: MessageEvent<Sent>) => {
  void ready.then(() => answer(event.data));
});
