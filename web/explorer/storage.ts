import type { Storage } from '@graphiql/toolkit';

/** What is made anew with each load: ids and tokens of an hour ago would only mislead. */
const FRESH = new Set(['graphiql:tabState', 'graphiql:query', 'graphiql:variables', 'graphiql:headers']);

/** `localStorage` for theme, history and layout; the tabs are those of the demo, as it is now. */
export const storage: Storage = {
  getItem: (key) => (FRESH.has(key) ? null : localStorage.getItem(key)),
  setItem: (key, value) => {
    if (!FRESH.has(key)) localStorage.setItem(key, value);
  },
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
  get length() {
    return localStorage.length;
  },
};
