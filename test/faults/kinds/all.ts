import type { Fault } from '../fault';
import { BOOKING_FAULTS } from './bookings';
import { CLOCK_FAULTS } from './clock';
import { DATABASE_FAULTS, DISK_FAULTS, REPLY_FAULTS } from './database';
import { NETWORK_FAULTS } from './network';
import { PROCESS_FAULTS } from './processes';
import { REDIS_FAULTS } from './redis';
import { SURROUNDINGS_FAULTS } from './surroundings';

const ALL: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...DATABASE_FAULTS,
  ...REPLY_FAULTS,
  ...NETWORK_FAULTS,
  ...REDIS_FAULTS,
  ...CLOCK_FAULTS,
  ...DISK_FAULTS,
  ...SURROUNDINGS_FAULTS,
  ...BOOKING_FAULTS,
];

const place = ({ kind }: Fault): number => Number(kind.slice(1));

/** In the order of the table. */
export const FAULTS: readonly Fault[] = [...ALL].sort((a, b) => place(a) - place(b));
