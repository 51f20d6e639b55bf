export { exportPage } from './export-page.ts';
export { serveStudio } from './serve.ts';
