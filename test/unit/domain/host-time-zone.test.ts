import { once } from 'node:events';
import { join } from 'node:path';
import { runChild } from '../../support/child';

const HOSTS = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland', 'Africa/Cairo'];

async function digestOn(TZ: string): Promise<readonly string[]> {
  const child = runChild(join(__dirname, '../../support/recurrence-digest.ts'), [], { ...process.env, TZ });
  const ended = once(child.process, 'exit');
  const line = await child.line();
  await ended;
  return line.split(' ');
}

it('recurrence is the same whatever the time zone of the host', async () => {
  const offsets = new Set<string>();
  const digests = new Set<string>();
  for (const host of HOSTS) {
    const [offset, digest] = await digestOn(host);
    offsets.add(offset!);
    digests.add(digest!);
  }
  // The hosts did differ, or the test would show nothing.
  expect(offsets.size).toBe(HOSTS.length);
  expect(digests.size).toBe(1);
}, 60_000);
