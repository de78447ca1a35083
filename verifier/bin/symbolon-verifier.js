#!/usr/bin/env node
// Plain JavaScript that an old Node can read too: whoever starts this file without npm gets the system's Node, and must hear why that is no good.
if (Number.parseInt(process.versions.node, 10) < 26) {
  process.stderr.write(
    `symbolon-verifier needs Node 26 or newer, and this is Node ${process.versions.node}. In a clone of the repository, \`npx symbolon-verifier\` uses the one pinned there.\n`,
  )
  process.exit(78)
}
// What Node compiles is kept beside the program, for the next start: whoever may write there may change the program as well. Where nobody may, nothing is kept.
const { enableCompileCache } = await import('node:module')
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/compiled`)
// Of many codes in a row each then takes some 2 to 6 in a hundred less of the processor: measured, in both orders. Asked for before the heap has grown,
// so that no marking is under way.
if (process.argv.includes('--stream')) {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--no-concurrent-marking')
}
await import('../src/main.ts')
