import { useEntity } from '@backstage/plugin-catalog-react';
import { Text } from '@backstage/ui';
import { RiAlertLine } from '@remixicon/react';
import { Note } from '../components';
import { annotationWarningsOf } from './annotationWarnings';
import styles from './AnnotationWarnings.module.css';

/**
 * What the catalog's check says about the annotations of the entity, which
 * decide what is measured; nothing where there is nothing to mend.
 */
export const AnnotationWarnings = ({
  most = Infinity,
}: {
  /** How many are said; of the others only how many they are. */
  most?: number;
}) => {
  const { entity } = useEntity();
  const warnings = annotationWarningsOf(entity);
  const rest = warnings.length - most;
  return warnings.length === 0 ? null : (
    <section className={styles.warnings} aria-label="Annotations to mend">
      <Text
        as="h4"
        variant="body-medium"
        weight="bold"
        className={styles.title}
      >
        <RiAlertLine size={16} aria-hidden />
        Annotations to mend
      </Text>
      <ul>
        {warnings.slice(0, most).map(warning => (
          <li key={warning}>
            <Note as="span">{warning}</Note>
          </li>
        ))}
        {rest > 0 && (
          <li>
            <Note as="span">{`And ${rest} more, in the tab.`}</Note>
          </li>
        )}
      </ul>
    </section>
  );
};
