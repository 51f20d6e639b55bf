import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './style.css';
import { paintFiguresDark } from './ui/dark-figures.ts';

// The key came with the address and is in a cookie now; addresses that people share do not hold it.
if (location.search.includes('token=')) history.replaceState(null, '', location.pathname + location.hash);
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
