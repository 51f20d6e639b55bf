import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type Answers, answerBy } from './answers.ts';
import { App } from './app.tsx';
import './style.css';
import { paintFiguresDark } from './ui/dark-figures.ts';

/** Shows the studio, with what it asks answered by these. */
export function start(answers: Answers): void {
  answerBy(answers);
  paintFiguresDark();
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 5 * 60_000, refetchOnWindowFocus: false } },
  });
  createRoot(document.querySelector('#page')!).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
