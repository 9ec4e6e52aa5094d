import type { Fault } from '../fault';
import { PRIMARY_KILLED } from './database';
import { KILLED, KILLED_ONCE } from './processes';

/** In the order of the table. */
export const FAULTS: readonly Fault[] = [KILLED, KILLED_ONCE, PRIMARY_KILLED];
