export { WhatIf, type ChangedRules } from './WhatIf';
