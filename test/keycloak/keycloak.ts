import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../src/platform/mongod-process';
import { keycloakHome } from './keycloak-home';

const START_TIMEOUT_MS = 180_000;
const POLL_MS = 500;
const ADMIN = { username: 'admin', password: randomBytes(16).toString('hex') };

interface KeyProvider {
  readonly id: string;
  readonly providerId: string;
}

/** A Keycloak of its own on a free port, in memory, with the realm of `realm.json`. */
export class Keycloak {
  #priority = 200;

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(): Promise<Keycloak> {
    const port = await freePort();
    const program = join(keycloakHome(), 'bin', 'kc.sh');
    const options = ['--db=dev-mem', '--http-host=127.0.0.1', `--http-port=${port}`];
    const child = spawn('bash', [program, 'start-dev', ...options], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username, KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password },
    });
    const keycloak = new Keycloak(child, `http://127.0.0.1:${port}`);
    try {
      await keycloak.ready();
      await keycloak.admin('POST', '', readFileSync(join(__dirname, 'realm.json'), 'utf8'));
    } catch (error) {
      await keycloak.stop();
      throw error;
    }
    return keycloak;
  }

  get issuer(): string {
    return `${this.url}/realms/happening`;
  }

  /** New keys sign; the ones of before are deleted. */
  async rotate(): Promise<void> {
    const { id: parentId } = await this.admin<{ id: string }>('GET', '/happening');
    const query = 'type=org.keycloak.keys.KeyProvider';
    const providers = await this.admin<KeyProvider[]>('GET', `/happening/components?${query}`);
    const fresh = {
      name: `rotated-${(this.#priority += 1)}`,
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      parentId,
      config: { priority: [String(this.#priority)], algorithm: ['RS256'] },
    };
    await this.admin('POST', '/happening/components', JSON.stringify(fresh));
    for (const { id } of providers.filter(({ providerId }) => providerId === 'rsa-generated')) {
      await this.admin('DELETE', `/happening/components/${id}`);
    }
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exit = once(child, 'exit');
    // The script and the Java process below it.
    process.kill(-child.pid, 'SIGKILL');
    await exit;
  }

  private async ready(): Promise<void> {
    for (let waited = 0; ; waited += POLL_MS) {
      if (this.child.exitCode !== null) throw new Error(`Keycloak ended at once (${this.child.exitCode})`);
      const answered = await fetch(`${this.url}/realms/master`).catch(() => null);
      if (answered?.ok === true) return;
      if (waited >= START_TIMEOUT_MS) throw new Error('Keycloak did not start');
      await setTimeout(POLL_MS);
    }
  }

  private async admin<Answer>(method: string, path: string, body?: string): Promise<Answer> {
    const grant = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...ADMIN });
    const signedIn = await fetch(`${this.url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: grant,
    });
    const { access_token: token } = (await signedIn.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/admin/realms${path}`, { method, headers, ...(body && { body }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`Keycloak answered ${response.status} to ${method} ${path}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
}
