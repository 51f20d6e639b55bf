import { serverAnswers } from './server-answers.ts';
import { start } from './start.tsx';

// The key came with the address and is in a cookie now; addresses that people share do not hold it.
if (location.search.includes('token=')) history.replaceState(null, '', location.pathname + location.hash);
start(serverAnswers);
