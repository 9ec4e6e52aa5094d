/** The time zone data that this process computes with. */
export class TimeZoneData {
  /** @param version as the IANA names its releases, `2026a`: in order of the alphabet */
  constructor(readonly version: string) {}

  /** Node's; `0`, older than any, where it does not say. */
  static ofThisProcess(): TimeZoneData {
    return new TimeZoneData(process.versions['tz'] ?? '0');
  }
}
