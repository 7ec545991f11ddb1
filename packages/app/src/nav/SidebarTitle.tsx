import {
  Link,
  sidebarConfig,
  useSidebarOpenState,
} from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';

const HEIGHT = 64;

/** Four rising bars, and the app's title beside them while there is room. */
export const SidebarTitle = () => {
  const { isOpen } = useSidebarOpenState();
  const title = useApi(configApiRef).getOptionalString('app.title');
  return (
    <Link
      to="/"
      underline="none"
      aria-label={`${title}: home`}
      style={{
        display: 'flex',
        alignItems: 'center',
        height: HEIGHT,
        color: '#fff',
        fontWeight: 'bold',
        lineHeight: 1.25,
      }}
    >
      <span
        style={{
          flex: `0 0 ${sidebarConfig.drawerWidthClosed}px`,
          textAlign: 'center',
        }}
      >
        <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
          <path
            d="M2 26V18h4v8zM9 26V13h4v13zM16 26V8h4v18zM23 26V2h4v24z"
            fill="#7df3e1"
          />
        </svg>
      </span>
      {isOpen ? title : null}
    </Link>
  );
};
