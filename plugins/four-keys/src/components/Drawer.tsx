import { Dialog, DialogBody, DialogHeader } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './Drawer.module.css';

/** What lies over a page at its side: one thing of the page, opened. */
export const Drawer = ({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) => (
  <Dialog isOpen onOpenChange={onClose} className={styles.drawer}>
    <DialogHeader>{title}</DialogHeader>
    <DialogBody>
      <div className={styles.body}>{children}</div>
    </DialogBody>
  </Dialog>
);
