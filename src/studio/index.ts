export { serveStudio } from './serve.ts';
