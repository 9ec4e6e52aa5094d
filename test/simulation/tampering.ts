import type { BookingRepository } from '../../src/store/booking.repository';
import { partsOn, type Parts } from './process';
import type { SlotMaker } from './fleet';
import type { Reply } from './store/commands';
import { MemoryClient } from './store/memory-client';
import { emptyStore, memoryConnection } from './store/memory-connection';
import { MemorySession, type SendOptions } from './store/memory-session';
import type { Doc } from './store/values';

export type Send = (command: Doc, options: SendOptions) => Promise<Reply>;
/** Stands between the repositories and the driver. */
export type Tamper = (command: Doc, options: SendOptions, send: Send) => Promise<Reply>;
type SessionMaker = (client: MemoryClient) => MemorySession;

class TamperedClient extends MemoryClient {
  tamper: Tamper = (command, options, send) => send(command, options);
  session: SessionMaker = (client) => new MemorySession(client);

  override send(command: Doc, options: SendOptions): Promise<Reply> {
    return this.tamper(command, options, (changed, how) => super.send(changed, how));
  }

  override startSession(): MemorySession {
    return this.session(this);
  }
}

interface Parting {
  readonly tamper?: Tamper;
  readonly session?: SessionMaker;
  readonly booking?: (parts: Parts, given: ConstructorParameters<typeof BookingRepository>) => BookingRepository;
  readonly engine?: Parts['engineOf'];
}

/** A process's place in which something is not as it should be. */
export function slotWith({ tamper, session, booking, engine }: Parting): SlotMaker {
  return () => {
    const client = new TamperedClient(emptyStore());
    if (tamper) client.tamper = tamper;
    if (session) client.session = session;
    const memory = memoryConnection(client);
    const whole = partsOn(memory.connection);
    const parts = engine ? { ...whole, engineOf: engine } : whole;
    const given = [memory.connection, parts.journal, parts.idempotency] as const;
    return { memory, parts: booking ? { ...parts, booking: booking(parts, [...given]) } : parts };
  };
}
