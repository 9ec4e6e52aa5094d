/** What `Host` may be to be repeated in a policy: a name or an address, and a port. */
const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:]+\](:\d{1,5})?$/i;

/**
 * Nothing but files of ours, and nothing written into the page. The editor sets styles from its code, and its fonts lie
 * in the style sheet; a WebSocket of the same host is not 'self' to every browser.
 */
export function explorerPolicy(host: string): string {
  const sockets = HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "worker-src 'self'",
    `connect-src 'self'${sockets}`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b7285"/>' +
      '<path d="M3 6h10M5 3v2M11 3v2M4 9h2M7 9h2M10 9h2M4 12h2M7 12h2" stroke="#fff" stroke-width="1.4"/></svg>',
  );

/** @param assets the path under which the bundle is served, without a slash at its end */
export const explorerPage = (assets: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>Happening: GraphQL explorer</title>
    <link rel="icon" href="${ICON}" />
    <link rel="stylesheet" href="${assets}/main.css" />
    <script type="module" src="${assets}/main.js"></script>
  </head>
  <body>
    <header class="bar">
      <h1>Happening</h1>
      <p id="viewer" role="status">Loading…</p>
      <button id="session" type="button" hidden></button>
      <a id="sandbox" target="_blank" rel="noopener noreferrer">Open in Apollo Sandbox (needs internet)</a>
    </header>
    <main id="explorer" inert></main>
    <noscript>The explorer needs JavaScript. POST /graphql takes any GraphQL client.</noscript>
  </body>
</html>
`;

/** Where nobody has bundled the page. */
export const MISSING_EXPLORER =
  'The explorer page is not bundled yet. Run "npm run explorer" (needs the development dependencies) and reload; ' +
  '"npm start" does so by itself. POST /graphql works without it.\n';
