#!/usr/bin/env node
import { runVerbs } from '@symbolon/command-line'
import { VERBS } from './commands/index.ts'
import { explain } from './explain.ts'

process.exitCode = await runVerbs({
  program: 'symbolon-verifier',
  summary: 'checks what a citizen shows, with no network',
  verbs: VERBS,
  argv: process.argv.slice(2),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  explain,
})
