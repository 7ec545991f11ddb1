import { useMemo } from 'react';
import { Formatter, viewerLocale } from '../format';

/** Writes for this viewer, in the days of that time zone. */
export const useFormatter = (timezone: string): Formatter =>
  useMemo(
    () => new Formatter({ locale: viewerLocale(), timezone }),
    [timezone],
  );
