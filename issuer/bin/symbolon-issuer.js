#!/usr/bin/env node
// Plain JavaScript that an old Node can read too: whoever starts this file without npm gets the system's Node, and must hear why that is no good.
if (Number.parseInt(process.versions.node, 10) < 26) {
  process.stderr.write(
    `symbolon-issuer needs Node 26 or newer, and this is Node ${process.versions.node}. In a clone of the repository, \`npx symbolon-issuer\` uses the one pinned there.\n`,
  )
  process.exit(78)
}
await import('../src/main.ts')
