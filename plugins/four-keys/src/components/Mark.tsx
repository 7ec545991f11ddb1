import styles from './Mark.module.css';

/** How well something is. */
export type Tone = 'good' | 'bad' | 'warning' | 'neutral';

/** A shape of its own for each meaning, because colour alone tells nobody enough. */
export type Shape = 'disc' | 'square' | 'triangle' | 'cross' | 'ring';

const SHAPES: Record<Shape, React.ReactNode> = {
  disc: <circle cx="7" cy="7" r="5" strokeWidth="0" />,
  square: <rect x="2.5" y="2.5" width="9" height="9" strokeWidth="0" />,
  triangle: <path d="M12 2 L12 12 L2 7 Z" strokeWidth="0" />,
  cross: <path d="M3 3 L11 11 M11 3 L3 11" fill="none" strokeWidth="2.2" />,
  ring: <circle cx="7" cy="7" r="4" fill="none" strokeWidth="2" />,
};

/** The shape alone; whoever uses it says in words what it means. */
export const ShapeIcon = ({ shape, tone }: { shape: Shape; tone: Tone }) => (
  <svg
    className={styles.shape}
    data-tone={tone}
    width="14"
    height="14"
    viewBox="0 0 14 14"
    aria-hidden="true"
    focusable="false"
  >
    {SHAPES[shape]}
  </svg>
);

/** What something is: its shape, and in words. */
export const Mark = ({
  shape,
  tone,
  children,
}: {
  shape: Shape;
  tone: Tone;
  children: string;
}) => (
  <span className={styles.mark}>
    <ShapeIcon shape={shape} tone={tone} />
    {children}
  </span>
);
