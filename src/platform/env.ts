import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a mongod is looked for, and where one that was fetched is kept. */
export interface MongoBinarySettings {
  /** MONGOMS_SYSTEM_BINARY: this mongod and no other. */
  readonly systemBinary?: string;
  readonly searchPath: string;
  readonly cacheDir: string;
}

export type Source = Readonly<Record<string, string | undefined>>;

function userCacheDir(source: Source): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  if (process.platform === 'win32') return source['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  const xdg = source['XDG_CACHE_HOME'];
  return xdg === undefined || xdg === '' ? join(homedir(), '.cache') : xdg;
}

export function mongoBinarySettings(source: Source = process.env): MongoBinarySettings {
  const systemBinary = source['MONGOMS_SYSTEM_BINARY'];
  return {
    ...(systemBinary === undefined || systemBinary === '' ? {} : { systemBinary }),
    searchPath: source['PATH'] ?? '',
    cacheDir: join(userCacheDir(source), 'happening'),
  };
}
