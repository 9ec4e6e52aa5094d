import { rm } from 'node:fs/promises';
import { held } from './global-setup';

export default async function stopTestServers(): Promise<void> {
  const running = held.happeningTestServers;
  if (running === undefined) return;
  await Promise.all(running.servers.map((server) => server.stop()));
  await rm(running.dataDir, { recursive: true, force: true });
}
