export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A calendar day in UTC, counted from 1 January 1970. */
export type Day = number;

export const dayOf = (instant: number): Day => Math.floor(instant / DAY);

export const startOf = (day: Day) => day * DAY;

/** `2026-11-20` */
export const dateOf = (day: Day) =>
  new Date(startOf(day)).toISOString().slice(0, 10);

export const parseDate = (date: string): Day =>
  dayOf(Date.parse(`${date}T00:00:00Z`));

/** 0 is Sunday. */
export const weekdayOf = (day: Day) => new Date(startOf(day)).getUTCDay();

export const isWeekend = (day: Day) => weekdayOf(day) % 6 === 0;

/** Weeks since a Monday long ago: even and odd weeks follow each other for good. */
export const weekOf = (day: Day) => Math.floor((day + 3) / 7);

/** To whole seconds, as CI systems report. */
export const toSecond = (instant: number) =>
  Math.round(instant / SECOND) * SECOND;
