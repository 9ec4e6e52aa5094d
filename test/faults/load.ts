import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import type { Balancer } from './balancer';
import type { Entry, Op } from './history';
import { isWrite } from './history';
import type { DateOfLoad, Person, Tenant } from './world';

const REFUSED = 'ECONNREFUSED';
const MAX_PAUSE_MS = 60;
/** Everybody at once after what is left of one date. */
const RUSH = 8;

export interface LoadSettings {
  readonly clients: number;
  readonly random: () => number;
  /** When the dates are, `2031-03`. */
  readonly month: string;
  /** Called with each request's outcome, in the order of answers. */
  readonly record: (entry: Entry) => void;
}

interface Registered {
  readonly person: Person;
  readonly registrationId: string;
  readonly occurrenceId: string;
}

/** People who book, give back, change their minds and repeat themselves; organizers who change dates under them. */
export class Load {
  #stopped = false;
  #clients: Promise<unknown> = Promise.resolve();
  readonly #registered: Registered[] = [];
  readonly #recent: { readonly op: Op; readonly key: string; readonly person: Person }[] = [];
  #moves = 0;

  constructor(
    private readonly tenants: readonly Tenant[],
    private readonly balancer: Balancer,
    private readonly settings: LoadSettings,
  ) {}

  start(): void {
    this.#clients = Promise.all(Array.from({ length: this.settings.clients }, () => this.client()));
  }

  /** Resolves when everybody has their last answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#clients;
  }

  /** One request, told and written down. The crowd may repeat it, and give back what came of it. */
  async ask(op: Op, person: Person, key: string | null = isWrite(op) ? newKey() : null): Promise<Entry> {
    const entry = await this.askApart(op, person, key);
    if (key !== null) this.remember(entry, key, person);
    return entry;
  }

  /** The same, which the crowd never hears of. */
  async askApart(op: Op, person: Person, key: string | null): Promise<Entry> {
    const invoke = performance.now();
    let service = this.balancer.next();
    let told = await service.client.ask(op, key, person.token);
    if (told.said.code === REFUSED) {
      // Nothing was sent: whoever stands in front asks the next one, and nobody notices.
      service = this.balancer.insteadOf(service);
      told = await service.client.ask(op, key, person.token);
    }
    const entry: Entry = { op, key, invoke, return: performance.now(), server: service.index, ...told };
    this.settings.record(entry);
    return entry;
  }

  private async client(): Promise<void> {
    while (!this.#stopped) {
      await this.something();
      await sleep(this.settings.random() * MAX_PAUSE_MS);
    }
  }

  private async something(): Promise<void> {
    const tenant = this.one(this.tenants);
    const dice = this.settings.random();
    if (dice < 0.42) await this.book(tenant);
    else if (dice < 0.66) await this.giveBack();
    else if (dice < 0.72) await this.read(tenant);
    else if (dice < 0.78) await this.repeat();
    else if (dice < 0.81) await this.rush(tenant);
    else if (dice < 0.85) await this.beInTwoPlaces(tenant);
    else if (dice < 0.9) await this.resize(tenant);
    else if (dice < 0.94) await this.move(tenant);
    else if (dice < 0.97) await this.rename(tenant);
    else if (dice < 0.99) await this.reachElsewhere(tenant);
    else await this.removeSomebody(tenant);
  }

  private async book(tenant: Tenant): Promise<void> {
    const person = this.one([...tenant.people, ...tenant.leavers]);
    const { occurrenceId } = this.one(tenant.dates);
    await this.ask(this.registration(person, occurrenceId), person);
    // Who was just answered looks at what they have, wherever they are sent.
    await this.ask({ kind: 'readDate', ...who(person), occurrenceId }, person);
  }

  private async giveBack(): Promise<void> {
    const index = Math.floor(this.settings.random() * this.#registered.length);
    const [one] = this.#registered.splice(index, 1);
    if (one === undefined) return;
    const { person, registrationId, occurrenceId } = one;
    await this.ask({ kind: 'cancel', ...who(person), registrationId }, person);
    await this.ask({ kind: 'readDate', ...who(person), occurrenceId }, person);
  }

  private async read(tenant: Tenant): Promise<void> {
    const person = this.one(tenant.people);
    await this.ask({ kind: 'readEvent', ...who(person), eventId: this.one(tenant.events).eventId }, person);
  }

  /** The same again, twice at once, as a client that lost patience; and now and then something else under the same key. */
  private async repeat(): Promise<void> {
    if (this.#recent.length === 0) return;
    const { op, key, person } = this.one(this.#recent);
    const other = op.kind === 'register' && this.settings.random() < 0.2 ? { ...op, seats: 3 - op.seats } : op;
    await Promise.all([this.ask(op, person, key), this.ask(other, person, key)]);
  }

  private async rush(tenant: Tenant): Promise<void> {
    const { occurrenceId } = this.one(tenant.dates.slice(0, 4));
    const people = Array.from({ length: RUSH }, () => this.one(tenant.people));
    await Promise.all(people.map((person) => this.ask(this.registration(person, occurrenceId), person)));
  }

  private async beInTwoPlaces(tenant: Tenant): Promise<void> {
    const person = this.one(tenant.people);
    // Each overlaps the next one.
    const dates = tenant.dates.slice(0, 3);
    await Promise.all(dates.map(({ occurrenceId }) => this.ask(this.registration(person, occurrenceId), person)));
  }

  private async resize(tenant: Tenant): Promise<void> {
    const date = this.one(tenant.dates);
    const capacity = date.capacity + (this.settings.random() < 0.5 && date.capacity > 2 ? -1 : 1);
    const { occurrenceId, revision: expectedRevision } = date;
    const op = { kind: 'capacity', ...who(tenant.organizer), occurrenceId, expectedRevision, capacity } as const;
    await this.ask(op, tenant.organizer);
    await this.look(date, tenant);
  }

  private async move(tenant: Tenant): Promise<void> {
    const date = this.one(tenant.dates);
    this.#moves += 1;
    // A minute that nothing had before, within the same few hours: people who hold two dates may stand in the way.
    const minute = 8 * 60 + ((this.#moves * 7) % (14 * 60));
    const pad = (value: number): string => String(value).padStart(2, '0');
    const startsAtLocal = `${this.settings.month}-0${1 + (this.#moves % 9)}T${pad(Math.floor(minute / 60))}:${pad(minute % 60)}:00`;
    const { occurrenceId, revision: expectedRevision } = date;
    const op = { kind: 'move', ...who(tenant.organizer), occurrenceId, expectedRevision, startsAtLocal } as const;
    await this.ask(op, tenant.organizer);
    await this.look(date, tenant);
  }

  /** Whatever came of an edit, the organizer looks before the next one. */
  private async look(date: DateOfLoad, { organizer }: Tenant): Promise<void> {
    const { outcome, said } = await this.ask(
      { kind: 'readDate', ...who(organizer), occurrenceId: date.occurrenceId },
      organizer,
    );
    if (outcome !== 'ok') return;
    date.revision = Math.max(date.revision, said.revision ?? 0);
    date.capacity = said.capacity ?? date.capacity;
  }

  private async rename(tenant: Tenant): Promise<void> {
    const event = this.one(tenant.events);
    const { eventId, revision: expectedRevision } = event;
    const name = `Named ${newKey()}`;
    await this.ask({ kind: 'rename', ...who(tenant.organizer), eventId, expectedRevision, name }, tenant.organizer);
    const { outcome, said } = await this.ask(
      { kind: 'readEvent', ...who(tenant.organizer), eventId },
      tenant.organizer,
    );
    if (outcome === 'ok') event.revision = Math.max(event.revision, said.revision ?? 0);
  }

  /** Somebody tries ids of another organization. */
  private async reachElsewhere(tenant: Tenant): Promise<void> {
    const other = this.one(this.tenants);
    const person = this.one(tenant.people);
    if (other === tenant) return;
    await this.ask(this.registration(person, this.one(other.dates).occurrenceId), person);
    const foreign = this.#registered.find(({ person: { tenantId } }) => tenantId === other.tenantId);
    if (foreign) await this.ask({ kind: 'cancel', ...who(person), registrationId: foreign.registrationId }, person);
  }

  private async removeSomebody({ organizer, leavers }: Tenant): Promise<void> {
    const { userId: removedId } = this.one(leavers);
    await this.ask({ kind: 'remove', ...who(organizer), removedId }, organizer);
  }

  private registration(person: Person, occurrenceId: string) {
    const seats = this.settings.random() < 0.8 ? 1 : 2;
    return { kind: 'register', ...who(person), occurrenceId, seats } as const;
  }

  private remember({ op, outcome, said }: Entry, key: string, person: Person): void {
    this.#recent.push({ op, key, person });
    if (this.#recent.length > 50) this.#recent.shift();
    if (op.kind !== 'register' || outcome !== 'ok' || said.id === undefined) return;
    const registrationId = said.id;
    if (this.#registered.some((one) => one.registrationId === registrationId)) return;
    this.#registered.push({ person, registrationId, occurrenceId: op.occurrenceId });
  }

  private one<T>(among: readonly T[]): T {
    return among[Math.floor(this.settings.random() * among.length)] as T;
  }
}

const who = ({ tenantId, userId }: Person) => ({ tenantId, userId });
const newKey = (): string => randomBytes(9).toString('base64url');
