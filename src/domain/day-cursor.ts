import { civilDate, dayOfYear, daysInMonth, daysInYear, weekdayOf, type CivilDate } from './civil-date';

/** A day with all that BY parts ask about it. Moves in place: a search looks at tens of thousands of days. */
export class DayCursor implements CivilDate {
  number = NaN;
  year = 0;
  month = 0;
  day = 0;
  /** 1..366 */
  dayOfYear = 0;
  /** 0 is Monday. */
  weekday = 0;
  monthLength = 0;
  yearLength = 0;

  moveTo(dayNo: number): void {
    if (dayNo !== this.number + 1 || this.day === this.monthLength) this.jumpTo(dayNo);
    else this.step();
  }

  /** To the next day of the same month. */
  private step(): void {
    this.number += 1;
    this.day += 1;
    this.dayOfYear += 1;
    this.weekday = this.weekday === 6 ? 0 : this.weekday + 1;
  }

  private jumpTo(dayNo: number): void {
    const date = civilDate(dayNo);
    this.number = dayNo;
    this.year = date.year;
    this.month = date.month;
    this.day = date.day;
    this.dayOfYear = dayOfYear(date);
    this.weekday = weekdayOf(dayNo);
    this.monthLength = daysInMonth(date.year, date.month);
    this.yearLength = daysInYear(date.year);
  }
}
