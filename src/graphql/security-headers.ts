import helmet from 'helmet';

/** Answers are data: nothing in them is a page, and nothing may be loaded or framed because of them. */
const DATA_POLICY = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
};

/** The headers of every answer. The explorer's page, the only one there is, brings a policy of its own. */
export const securityHeaders = (): ReturnType<typeof helmet> =>
  helmet({
    contentSecurityPolicy: DATA_POLICY,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // Whose pages may read an answer is CORS' to say, origin by origin.
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
