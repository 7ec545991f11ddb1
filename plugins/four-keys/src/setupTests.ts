import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A page with a whole table takes a busy machine more than the usual second.
configure({ asyncUtilTimeout: 5_000 });
jest.setTimeout(30_000);
