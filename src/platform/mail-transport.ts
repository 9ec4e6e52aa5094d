/** One mail to one person, as plain text. */
export interface MailMessage {
  /** The same for each attempt at the same mail: what a receiver could recognise a repetition by. */
  readonly id: string;
  /** One bare address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Who mails are from. */
export interface MailSender {
  readonly name: string;
  readonly address: string;
}

/** Not sent. `reason` is fit for logs: a code and never a server's words, which repeat addresses. */
export class MailFailedError extends Error {
  /** @param permanent another try would end the same way */
  constructor(
    readonly reason: string,
    readonly permanent: boolean,
  ) {
    super(`mail not sent: ${reason}`);
    this.name = 'MailFailedError';
  }
}

/** Hands mails to whoever carries them. */
export abstract class MailTransport {
  /**
   * Resolves when the mail is taken over. A failure does not prove that it was not (the answer may have been lost).
   *
   * @param signal gives up at once
   * @throws MailFailedError
   */
  abstract send(message: MailMessage, signal: AbortSignal): Promise<void>;
}
