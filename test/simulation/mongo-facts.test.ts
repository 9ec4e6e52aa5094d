import { mongoFacts } from '../support/mongo-facts';
import { memoryConnection } from './store/memory-connection';

jest.setTimeout(60_000);

/** The simulation proves something about the service only as far as its store decides as MongoDB does. */
mongoFacts(memoryConnection());
