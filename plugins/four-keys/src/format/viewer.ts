/** The locale that the viewer's browser asks for. */
export const viewerLocale = (): string | undefined => navigator.language;

/** The IANA time zone of the viewer's clock. */
export const viewerTimezone = (): string =>
  new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether this browser knows a time zone by that name. */
export function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
