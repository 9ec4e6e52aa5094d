# The service as it ships: compiled JavaScript and its dependencies, nothing else. Reads the environment alone, writes no file.
# An exact version and not a digest: a rebuild on another architecture has to find its own; `renovate.json` pins the digest.
ARG BASE=node:24.22.1-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package of ours needs its install script (`allowScripts` in package.json).
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

# The page of GET /graphql, for development. Its folder is made for nobody but its maker, and the service is another user.
FROM build AS explorer
RUN node_modules/.bin/esbuild scripts/explorer.ts --bundle --packages=external --platform=node --outfile=build/explorer.js \
  && node build/explorer.js \
  && chmod -R a+rX build/explorer

FROM ${BASE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# TypeScript comes along as an optional peer of Nest's code generator; types, maps and manuals are for people who compile.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/typescript \
  && find node_modules -type f \
    \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' -o -name '*.tsbuildinfo' \) -delete

FROM ${BASE} AS service
ENV NODE_ENV=production \
  HOST=0.0.0.0 \
  PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
# For development alone, where a key and mails are kept; production writes nothing.
RUN mkdir /data && chown 65532:65532 /data
USER 65532:65532
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# What a request makes lives about as long as the request: with V8's usual 16 MiB for what is new, much of it is copied and
# then kept among what is old. No source maps: they cost 12 MiB and a tenth of a second of every start, and what is compiled
# has the files, classes and functions of the source. `npm run bench` runs the service with these flags.
ENTRYPOINT ["node", "--max-semi-space-size=32", "dist/main.js"]

# What docker-compose.yml starts.
FROM service AS development
ENV NODE_ENV=development
COPY --from=explorer /app/build/explorer build/explorer

# What ships, and what is built where no stage is named: production, without the page.
FROM service AS production
