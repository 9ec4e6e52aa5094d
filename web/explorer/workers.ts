const WORKERS: Readonly<Record<string, string>> = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

/** The editor's workers are files beside this one. */
export function installWorkers(): void {
  const getWorker = (_id: string, label: string): Worker =>
    new Worker(new URL(WORKERS[label] ?? 'editor.worker.js', import.meta.url));
  Object.assign(globalThis, { MonacoEnvironment: { getWorker } });
}
