import { PassThrough } from 'node:stream'
import { runVerbs } from '@symbolon/command-line'
import { VERBS } from '../src/commands/index.ts'
import { explain } from '../src/explain.ts'

/** Runs a command with a person at the terminal, who types each answer when its question appears. */
export async function atTerminal(argv: string[], answers: Record<string, string> | [question: string, answer: string][]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const stderr = Object.assign(new PassThrough(), { isTTY: true })
  const stdout = new PassThrough()
  const seen = { stdout: '', stderr: '' }
  const open = Array.isArray(answers) ? [...answers] : Object.entries(answers)
  stdout.setEncoding('utf8').on('data', (text) => {
    seen.stdout += text
  })
  stderr.setEncoding('utf8').on('data', (text) => {
    seen.stderr += text
    const index = open.findIndex(([question]) => text.includes(question))
    if (index >= 0) for (const [, answer] of open.splice(index, 1)) setImmediate(() => stdin.write(`${answer}\n`))
  })
  const code = await runVerbs({ program: 'symbolon-wallet', summary: '', verbs: VERBS, argv, stdin, stdout, stderr, explain })
  await new Promise((resolve) => setImmediate(resolve))
  return { code, ...seen }
}
