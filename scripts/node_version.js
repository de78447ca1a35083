// Plain JavaScript, loaded before anything else by the scripts of package.json: says in a sentence what an old Node would say in a stack trace.
if (Number.parseInt(process.versions.node, 10) < 26) {
  process.stderr.write(
    `Symbolon needs Node 26 or newer, and this is Node ${process.versions.node}. \`npm ci\` brings one for Linux (x64, arm64), macOS (x64, arm64) and Windows (x64); ` +
      `if that did not help here (${process.platform} ${process.arch}), install Node 26 and run the same command again.\n`,
  )
  process.exit(78)
}
