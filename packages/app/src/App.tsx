import { createApp } from '@backstage/frontend-defaults';
import { navModule } from './nav';

/** Every other plugin is found in package.json: `app.packages` is `all`. */
export default createApp({ features: [navModule] });
