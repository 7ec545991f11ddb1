import {
  formatInstant,
  type SeriesBucket,
  type SeriesPoint,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Rows } from '../rows';
import { LocalCalendar } from '../time/localCalendar';
import type { BandYear } from './bands';
import { releasesIn } from './deployments';
import { changeFailureRate } from './failureRate';
import { leadTime } from './leadTime';
import { timeToRestore } from './restore';
import type { KnowsIncidents } from './sources';
import { firstFinish, hasData, type Window } from './window';

/**
 * "Series: buckets of local days, ISO weeks or months in `timezone` [...], cut
 * by the window; `partial` where cut by the window, by `now` or by the first
 * finished deployment of the scope; `deployments` is null in buckets before
 * that one, any other number where it has no rows."
 *
 * @param window - its end is cut to now already
 * @param knows - "decided once, for the whole window"
 */
export function seriesOf(
  rows: Rows,
  window: Window,
  knows: KnowsIncidents,
  options: {
    readonly timezone: string;
    readonly bucket: SeriesBucket;
    readonly bandYear: BandYear;
  },
): SeriesPoint[] {
  const first = firstFinish(rows);
  const buckets = new LocalCalendar(options.timezone).buckets(
    options.bucket,
    window.from,
    window.to,
  );
  return buckets.map(({ start, end }) => {
    const cut = {
      from: Math.max(start, window.from),
      to: Math.min(end, window.to),
    };
    const isCutByFirst = first !== undefined && start < first && first < end;
    return {
      start: formatInstant(start),
      partial: cut.from !== start || cut.to !== end || isCutByFirst,
      deployments: hasData(rows, cut) ? releasesIn(rows, cut).length : null,
      leadTimeP50: leadTime(rows, cut, options).p50,
      changeFailureRate: changeFailureRate(rows, cut, knows, options).value,
      timeToRestoreP50: timeToRestore(rows, cut, true, options).p50,
    };
  });
}
