import { workerAnswers } from './alone/worker-answers.ts';
import { start } from './start.tsx';

start(workerAnswers());
