import {
  Button,
  Cell,
  Column,
  Row,
  TableBody,
  TableHeader,
  TableRoot,
} from '@backstage/ui';
import { METRIC_WORDS } from '../words';
import type { TrendPoint } from './points';
import type { TrendChartProps } from './trendChartProps';
import styles from './TrendTable.module.css';

const whenOf = ({ when, isPartial }: TrendPoint) =>
  isPartial ? `${when} (not whole)` : when;

/** The numbers of a chart, row by row, the latest first. */
export const TrendTable = ({
  name,
  label,
  points,
  onPoint,
}: Omit<TrendChartProps, 'format'>) => (
  <div className={styles.scroll}>
    <TableRoot aria-label={label}>
      <TableHeader>
        <Column isRowHeader>When</Column>
        <Column>{METRIC_WORDS[name].title}</Column>
      </TableHeader>
      <TableBody>
        {[...points].reverse().map(point => (
          <Row key={point.from} id={point.from}>
            <Cell>{whenOf(point)}</Cell>
            <Cell>
              <Button
                size="small"
                variant="tertiary"
                aria-label={`${point.said}, ${whenOf(
                  point,
                )}: show the evidence`}
                onPress={() => onPoint(point)}
              >
                {point.said}
              </Button>
            </Cell>
          </Row>
        ))}
      </TableBody>
    </TableRoot>
  </div>
);
