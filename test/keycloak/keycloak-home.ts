import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mongoBinarySettings } from '../../src/platform/env';

const VERSION = '26.0.7';
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
const SHA256 = '25353b74613bcf72db67f8addbd88d832c705a69333091a16573d249d665fe21';

const HOW_TO_GET_ONE = `This test needs a Keycloak: name an unpacked one in KEYCLOAK_HOME, or install Maven (Debian, Ubuntu: apt-get \
install maven), which fetches ${ARTIFACT} from the repository of its settings.`;
const HOW_TO_GET_JAVA =
  'Keycloak needs Java 17 or later on the PATH or in JAVA_HOME (Debian, Ubuntu: apt-get install openjdk-17-jre-headless).';

/**
 * The folder of a Keycloak: KEYCLOAK_HOME, else the one that was fetched earlier, else one that Maven fetches now (147 MB).
 *
 * @throws with what to type
 */
export function keycloakHome(): string {
  requireJava();
  const given = process.env['KEYCLOAK_HOME'];
  if (given !== undefined && given !== '') return given;
  const folder = join(mongoBinarySettings().cacheDir, 'keycloak');
  const home = join(folder, `keycloak-${VERSION}`);
  if (!existsSync(home)) fetchInto(folder, home);
  return home;
}

function requireJava(): void {
  const { JAVA_HOME: home } = process.env;
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  try {
    const told = execFileSync(java, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    if (Number(/\d+/.exec(told)?.[0]) >= 17) return;
  } catch {
    // Said below.
  }
  throw new Error(HOW_TO_GET_JAVA);
}

/** Into a folder beside first: what was interrupted, or is not what it should be, is never taken for a Keycloak. */
function fetchInto(folder: string, home: string): void {
  const fetched = join(folder, `fetched-${process.pid}`);
  mkdirSync(fetched, { recursive: true });
  try {
    maven('copy', fetched);
    const zip = join(fetched, `keycloak-quarkus-dist-${VERSION}.zip`);
    if (createHash('sha256').update(readFileSync(zip)).digest('hex') !== SHA256) {
      throw new Error(`what Maven fetched is not the ${ARTIFACT} that this test knows`);
    }
    maven('unpack', fetched);
    renameSync(join(fetched, `keycloak-${VERSION}`), home);
  } finally {
    rmSync(fetched, { recursive: true, force: true });
  }
}

function maven(goal: 'copy' | 'unpack', outputDirectory: string): void {
  const settings = [`-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${outputDirectory}`];
  try {
    execFileSync('mvn', ['--quiet', '--batch-mode', '--strict-checksums', `dependency:${goal}`, ...settings], {
      // Where it leaves its marks, too.
      cwd: outputDirectory,
      stdio: 'pipe',
    });
  } catch (error) {
    throw new Error(HOW_TO_GET_ONE, { cause: error });
  }
}
