import { Button } from '@backstage/ui';
import { RiFileCopyLine } from '@remixicon/react';
import { useState } from 'react';
import styles from './Command.module.css';

/** A command to copy into a shell. */
export const Command = ({ label, text }: { label: string; text: string }) => {
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      // Without a secure context there is no clipboard; the text can be selected.
      () => setCopied(false),
    );
  return (
    <div className={styles.command}>
      <pre role="group" aria-label={label}>
        <code>{text}</code>
      </pre>
      <Button
        size="small"
        variant="secondary"
        iconStart={<RiFileCopyLine aria-hidden />}
        onPress={copy}
        aria-label={`Copy: ${label}`}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
};
