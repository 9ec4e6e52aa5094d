import { createLogger, type Logger } from '../../src/platform/logger';

export interface CapturedLog {
  readonly logger: Logger;
  /** The lines as production writes them, one JSON object each. */
  readonly lines: string[];
  parsed(): Record<string, unknown>[];
}

/** The logger of production, redaction included, into memory. */
export function capturedLog(): CapturedLog {
  const lines: string[] = [];
  const logger = createLogger('debug', { write: (line: string) => void lines.push(line) });
  return { logger, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
