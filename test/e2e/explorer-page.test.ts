import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { buildExplorer } from '../../scripts/explorer/build-explorer';
import { useExplorer } from '../../src/graphql/explorer';
import { explorerPolicy } from '../../src/graphql/explorer-page';
import { testService } from '../support/service';

const service = testService();
const asBrowser = (url: string) => fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });

@Module({})
class Nothing {}

describe('the endpoint, opened in a browser', () => {
  beforeAll(() => buildExplorer(join(__dirname, '..', '..')), 120_000);

  it('answers with a page whose policy lets nothing in but files of the service', async () => {
    const page = await asBrowser(service.url);
    expect(page.status).toBe(200);
    const { host } = new URL(service.url);
    expect(page.headers.get('content-security-policy')).toBe(explorerPolicy(host));
    expect(explorerPolicy(host)).toContain(`connect-src 'self' ws://${host} wss://${host};`);
    expect(explorerPolicy('evil.example; script-src *')).toContain("connect-src 'self';");
    const text = await page.text();
    const inline = [...text.matchAll(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=/g)];
    expect(inline).toEqual([]);
  });

  it('has files that a browser keeps, because their address changes with them', async () => {
    const text = await (await asBrowser(service.url)).text();
    const [, script = ''] = /<script type="module" src="([^"]+)"/.exec(text) ?? [];
    const file = await fetch(new URL(script, service.url));
    expect(file.status).toBe(200);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(file.headers.get('content-type')).toMatch(/javascript/);
  });

  it('still answers programs, and a browser that brings a query', async () => {
    const asked = await fetch(`${service.url}?query={__typename}`, {
      headers: { accept: 'text/html', 'apollo-require-preflight': '1' },
    });
    expect(asked.headers.get('content-type')).toMatch(/json/);
    expect((await fetch(service.url)).headers.get('content-type')).toMatch(/json/);
  });

  it('says how the page is made where nobody has made it', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'happening-explorer-'));
    const app = await NestFactory.create<NestExpressApplication>(Nothing, { logger: false });
    useExplorer(app, empty);
    await app.listen(0, '127.0.0.1');
    const page = await asBrowser(`${await app.getUrl()}/graphql`);
    expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('npm run explorer')]);
    await app.close();
    await rm(empty, { recursive: true });
  });
});
